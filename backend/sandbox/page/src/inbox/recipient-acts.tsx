/** Reply, reply from another address, be away, bounce, unsubscribe. */
import { type FormEvent, useId, useState } from 'react';
import type { InboxAct, MailDetail, SandboxContact } from '../../../page-api.ts';
import { actOnMail } from '../api.ts';
import { localInput } from '../format.ts';
import { sentence } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';

type Choice = 'reply' | 'reply_from' | 'out_of_office' | 'bounce' | 'unsubscribe';
const choices: { choice: Choice; label: string; title?: string }[] = [
  { choice: 'reply', label: 'Reply' },
  { choice: 'reply_from', label: 'Other address', title: 'Reply from another address' },
  { choice: 'out_of_office', label: 'Out of office' },
  { choice: 'bounce', label: 'Bounce' },
  { choice: 'unsubscribe', label: 'Unsubscribe' },
];

export function RecipientActs({
  mail,
  person,
  sandbox,
}: {
  mail: MailDetail;
  person: SandboxContact;
  sandbox: Sandbox;
}) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ sentence: string; failed: boolean } | null>(null);
  const act = async (what: InboxAct) => {
    setBusy(true);
    try {
      setResult({ ...(await actOnMail(mail.id, what)), failed: false });
      setChoice(null);
    } catch (error) {
      setResult({ sentence: sentence(error), failed: true });
    }
    setBusy(false);
    sandbox.refresh();
  };
  const choose = (next: Choice) => {
    setResult(null);
    setChoice(choice === next ? null : next);
  };
  return (
    <footer className="acts">
      {result && (
        <p className="acts-result" data-failed={result.failed || undefined} role="status">
          {result.sentence}
        </p>
      )}
      {choice && (
        <ActForm key={choice} choice={choice} mail={mail} person={person} sandbox={sandbox} busy={busy} act={act} />
      )}
      <fieldset className="acts-row" aria-label="Answer as the recipient">
        {choices.map((option) => (
          <button
            key={option.choice}
            type="button"
            className={option.choice === 'reply' && !choice ? 'strong' : 'plain'}
            title={option.title}
            aria-expanded={choice === option.choice}
            onClick={() => choose(option.choice)}
          >
            {option.label}
          </button>
        ))}
      </fieldset>
    </footer>
  );
}

interface FormProps {
  choice: Choice;
  mail: MailDetail;
  person: SandboxContact;
  sandbox: Sandbox;
  busy: boolean;
  act: (act: InboxAct) => Promise<void>;
}

function ActForm({ choice, mail, person, sandbox, busy, act }: FormProps) {
  const sender = mail.fromName.split(' ')[0] ?? mail.fromName;
  const [text, setText] = useState(
    `Hi ${sender},\n\nGood timing. Could we talk on Thursday at 10?\n\n${person.name.split(' ')[0]}`,
  );
  const [address, setAddress] = useState(`${person.name.split(' ')[0]?.toLowerCase()}@home.example`);
  const [until, setUntil] = useState(() =>
    localInput(
      new Date(new Date(sandbox.state.clock.now).getTime() + 7 * 86_400_000).toISOString(),
      person.timeZone,
    ).slice(0, 10),
  );
  const [permanent, setPermanent] = useState(true);
  const name = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act(
      choice === 'reply'
        ? { kind: 'reply', text }
        : choice === 'reply_from'
          ? { kind: 'reply_from', address, text }
          : choice === 'out_of_office'
            ? { kind: 'out_of_office', until }
            : choice === 'bounce'
              ? { kind: 'bounce', permanent }
              : { kind: 'unsubscribe' },
    );
  };
  return (
    <form className="act-form" onSubmit={submit}>
      {choice === 'reply_from' && (
        <label>
          Address you answer from
          <input type="email" required value={address} onChange={(event) => setAddress(event.target.value)} />
        </label>
      )}
      {(choice === 'reply' || choice === 'reply_from') && (
        <label>
          Your reply to {mail.fromName}
          <textarea rows={5} required value={text} onChange={(event) => setText(event.target.value)} />
        </label>
      )}
      {choice === 'out_of_office' && (
        <label>
          First day back
          <input type="date" required value={until} onChange={(event) => setUntil(event.target.value)} />
          <small>Your mail program answers by itself and names this day.</small>
        </label>
      )}
      {choice === 'bounce' && (
        <fieldset>
          <legend>The mail comes back to the sender</legend>
          <label>
            <input type="radio" name={name} checked={permanent} onChange={() => setPermanent(true)} /> For good: there
            is no such mailbox (550 5.1.1)
          </label>
          <label>
            <input type="radio" name={name} checked={!permanent} onChange={() => setPermanent(false)} /> For now: the
            mailbox is full (452 4.2.2)
          </label>
        </fieldset>
      )}
      {choice === 'unsubscribe' && (
        <p>
          {mail.oneClick
            ? 'Your mail program sends the one-click request named in the mail’s header (RFC 8058). The link in the mail works as well.'
            : 'This mail has no one-click header; use the link in the mail.'}
        </p>
      )}
      <button type="submit" className="strong" disabled={busy || (choice === 'unsubscribe' && !mail.oneClick)}>
        {busy
          ? 'One moment …'
          : choice === 'unsubscribe'
            ? 'Unsubscribe with one click'
            : choice === 'bounce'
              ? 'Bounce it'
              : choice === 'out_of_office'
                ? 'Answer automatically'
                : 'Send'}
      </button>
    </form>
  );
}
