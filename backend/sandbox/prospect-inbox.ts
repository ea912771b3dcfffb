/** The prospects' side of the sandbox: what arrived at the addresses outside, from whichever provider, and what a recipient can do with it. */
import PostalMime, { type Email } from 'postal-mime';
import type { Clock } from '../src/core/clock.ts';
import type { InboxMail as OutsideMail } from './fakes/prospect-inboxes.ts';
import { composeHardBounce, composeOutOfOffice, composeReply, composeSoftBounce } from './fakes/prospect-mail.ts';
import type { InboxAct, InboxMail, MailDetail } from './page-api.ts';

export interface StoredMail {
  id: string;
  at: Date;
  /** Whose inbox shows it. */
  owner: string;
  /** The rep's mailbox at the other end. */
  mailbox: string;
  direction: InboxMail['direction'];
  raw: Buffer;
}

/** The mail of the world: one provider's fake, or several behind one door. */
export interface MailWorld {
  /** What an outside address received, oldest first. */
  inboxOf(address: string): OutsideMail[];
  /** Every outside address that ever got a mail. */
  prospects(): string[];
  /** A mail arrives in a rep's mailbox. */
  deliver(mailbox: string, raw: Buffer): unknown;
}

export type ProspectInbox = ReturnType<typeof createProspectInbox>;

/** `backendOrigin`: the only place a one-click unsubscribe may be sent to. `answers`: what prospects wrote so far. */
export function createProspectInbox(world: MailWorld, clock: Clock, backendOrigin: string, answers: StoredMail[] = []) {
  function mailsOf(owner: string): StoredMail[] {
    const received = world.inboxOf(owner).map(
      ({ at, from, raw }, index): StoredMail => ({
        id: `in-${index}-${owner}`,
        at,
        owner,
        mailbox: from,
        direction: 'received',
        raw,
      }),
    );
    const sent = answers.filter((answer) => answer.owner === owner);
    return [...received, ...sent].sort((a, b) => b.at.getTime() - a.at.getTime());
  }

  const find = (mailId: string): StoredMail | undefined =>
    [...world.prospects(), ...answers.map((answer) => answer.owner)].flatMap(mailsOf).find(({ id }) => id === mailId);

  function answer(original: StoredMail, raw: Buffer): void {
    world.deliver(original.mailbox, raw);
    const { owner, mailbox } = original;
    answers.push({ id: `out-${answers.length}-${owner}`, at: clock.now(), owner, mailbox, direction: 'sent', raw });
  }

  async function unsubscribe(original: StoredMail): Promise<string> {
    const url = oneClickUrl(await PostalMime.parse(original.raw));
    if (!url || new URL(url).origin !== backendOrigin) throw new Error('This mail carries no one-click address.');
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'manual',
    });
    if (!response.ok) throw new Error(`The unsubscribe address answered with ${response.status}.`);
    return 'The mail program sent the one-click request; the address took it.';
  }

  return {
    list: (owner: string): Promise<InboxMail[]> => Promise.all(mailsOf(owner).map(inboxMail)),
    count: (owner: string): number => mailsOf(owner).length,
    async detail(mailId: string): Promise<MailDetail | null> {
      const mail = find(mailId);
      if (!mail) return null;
      const parsed = await PostalMime.parse(mail.raw);
      return {
        ...summary(mail, parsed),
        toAddress: parsed.to?.[0]?.address ?? '',
        text: parsed.text ?? '',
        html: parsed.html ?? null,
        source: mail.raw.toString(),
        oneClick: oneClickUrl(parsed) !== null,
      };
    },
    /** Does what the recipient chose; answers with a sentence for them, or null when there is no such mail. */
    async act(mailId: string, act: InboxAct): Promise<string | null> {
      const original = find(mailId);
      if (original?.direction !== 'received') return null;
      const given = { original: original.raw, at: clock.now() };
      switch (act.kind) {
        case 'reply':
          answer(original, composeReply({ ...given, text: act.text }));
          return 'Your reply was delivered.';
        case 'reply_from':
          answer(original, composeReply({ ...given, text: act.text, from: act.address }));
          return `Your reply was delivered, from ${act.address}.`;
        case 'out_of_office':
          answer(original, composeOutOfOffice({ ...given, backOn: new Date(`${act.until}T00:00:00Z`) }));
          return 'Your mail program answered by itself.';
        case 'bounce':
          world.deliver(original.mailbox, act.permanent ? composeHardBounce(given) : composeSoftBounce(given));
          return 'The mail server sent the mail back.';
        case 'unsubscribe':
          return unsubscribe(original);
      }
    },
  };
}

/** The address for RFC 8058: only when both headers are there. */
function oneClickUrl(mail: Email): string | null {
  const header = (key: string) => mail.headers.find((one) => one.key === key)?.value ?? '';
  if (!/List-Unsubscribe=One-Click/i.test(header('list-unsubscribe-post'))) return null;
  const url = /<\s*(https?:[^>]+?)\s*>/i.exec(header('list-unsubscribe'))?.[1] ?? '';
  return URL.canParse(url) ? url : null;
}

const inboxMail = async (mail: StoredMail): Promise<InboxMail> => summary(mail, await PostalMime.parse(mail.raw));

function summary(mail: StoredMail, parsed: Email): InboxMail {
  const fromAddress = parsed.from?.address ?? '';
  return {
    id: mail.id,
    at: mail.at.toISOString(),
    fromName: parsed.from?.name || fromAddress,
    fromAddress,
    subject: parsed.subject ?? '(no subject)',
    snippet: (parsed.text ?? '').replace(/\s+/g, ' ').trim().slice(0, 140),
    direction: mail.direction,
  };
}
