/** The prospect's side: a mail program of their own. */
import { useState } from 'react';
import type { SandboxContact } from '../../../page-api.ts';
import { getInbox } from '../api.ts';
import { initials, placeName, shortMoment } from '../format.ts';
import { Waiting } from '../record/waiting.tsx';
import { useData } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { ReadingPane } from './reading-pane.tsx';

/** How long after its arrival a person opens a mail. A mail opened in the very second it came looks like a machine's work. */
const minutesUntilRead = 20;

export function Inbox({ sandbox, person }: { sandbox: Sandbox; person: SandboxContact }) {
  const { state } = sandbox;
  const inbox = useData(`inbox ${person.address}`, state.revision, () => getInbox(person.address));
  const [openId, setOpenId] = useState<string | null>(null);
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState<string | null>(null);
  const first = person.name.split(' ')[0] ?? person.name;

  async function open(mailId: string, arrivedAt: string) {
    setOpenId(mailId);
    setNote(null);
    if (read.has(mailId)) return;
    setRead(new Set(read).add(mailId));
    const minutes = (new Date(state.clock.now).getTime() - new Date(arrivedAt).getTime()) / 60_000;
    if (minutes >= minutesUntilRead) return;
    setNote(`${minutesUntilRead} minutes after it arrived, ${first} opens the mail. The clock was moved.`);
    await sandbox.move({ action: 'advance', seconds: minutesUntilRead * 60 });
  }

  return (
    <section className="window inbox" aria-label={`${first}’s inbox`}>
      <header className="window-head">
        <h2>
          {first}’s inbox <small>you are {first} here</small>
        </h2>
        <div className="inbox-owner">
          <span className="avatar avatar-small" aria-hidden="true">
            {initials(person.name)}
          </span>
          <span>
            {person.address}
            <small>
              {shortMoment(state.clock.now, person.timeZone)} in {placeName(person.timeZone)}
            </small>
          </span>
        </div>
      </header>
      {!inbox.data ? (
        <Waiting what="the inbox" error={inbox.error} again={inbox.again} />
      ) : inbox.data.length === 0 ? (
        <div className="inbox-empty">
          <svg viewBox="0 0 48 48" width="48" height="48" aria-hidden="true">
            <path d="M6 14h36v24H6zM6 15l18 13 18-13" />
          </svg>
          <p>
            <strong>No mail yet</strong>
          </p>
          <p>Enroll {first} from the record; the first mail will arrive here.</p>
        </div>
      ) : (
        <>
          <ul className="inbox-list" aria-label="Mails">
            {inbox.data.map((mail) => (
              <li key={mail.id}>
                <button
                  type="button"
                  aria-current={mail.id === openId || undefined}
                  data-unread={(mail.direction === 'received' && !read.has(mail.id)) || undefined}
                  onClick={() => void open(mail.id, mail.at)}
                >
                  <span className="inbox-from">{mail.direction === 'sent' ? 'You answered' : mail.fromName}</span>
                  <time dateTime={mail.at}>{shortMoment(mail.at, person.timeZone)}</time>
                  <span className="inbox-subject">{mail.subject}</span>
                  <span className="inbox-snippet">{mail.snippet}</span>
                </button>
              </li>
            ))}
          </ul>
          {openId ? (
            <ReadingPane key={openId} mailId={openId} person={person} sandbox={sandbox} note={note} />
          ) : (
            <p className="empty inbox-choose">Choose a mail to read it.</p>
          )}
        </>
      )}
    </section>
  );
}
