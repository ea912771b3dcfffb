import type { BounceClass } from './bounce-class.ts';
import { classifyInbound, type InboundVerdict } from './classify-inbound.ts';
import { isReplySubject, type ReplyMatch, replyKeys } from './match-reply.ts';
import { type InboundMail, parseMail } from './parse-mail.ts';
import { type ReplyIntent, replyIntent } from './reply-intent.ts';
import { replyText } from './reply-text.ts';

/** What a received mail is, in words that stay. README.md says what each leads to. */
export type MailKind =
  | 'own_copy'
  | 'delayed'
  | 'hard_bounce'
  | 'soft_bounce'
  | 'policy_bounce'
  | 'complaint'
  | 'auto_reply'
  | 'calendar'
  | 'unsubscribe_request'
  | 'human_reply'
  | 'unrelated';

export interface MailExplanation {
  kind: MailKind;
  /** One for each recipient a report names. */
  bounce: { class: BounceClass; status: string | null; recipient: string | null; diagnostic: string }[];
  /** `returnsOn` is YYYY-MM-DD, null when the note does not say it for certain. */
  autoReply: { returnsOn: string | null } | null;
  /** What was written, without quoted mail and signature; null where nobody wrote anything. `confidence` from 0 to 1. */
  reply: { text: string; intent: ReplyIntent; confidence: number } | null;
  /** The strongest of the clues by which our own mail is looked for; null when there is none. */
  matchedBy: Exclude<ReplyMatch['by'], 'thread'> | null;
  evidence: string[];
}

/**
 * Explains one raw mail without a database: the same hearts that take mail in, told in the words of the support tool. `own` are
 * the mailbox's addresses, lower-cased; without them the address the mail was delivered to stands for it. Never throws.
 */
export async function explainMail(raw: Buffer, own: readonly string[], now: Date): Promise<MailExplanation> {
  const parsed = await parseMail(raw);
  if ('unreadable' in parsed) return nothing([`not readable: ${parsed.unreadable}`]);
  const { mail } = parsed;
  const addresses = own.length > 0 ? own : likelyMailbox(mail);
  const verdict = classifyInbound(mail, { addresses: new Set(addresses) }, receivedAt(mail, now));
  const damage = mail.damage === null ? [] : [`read in part: ${mail.damage}`];
  return {
    kind: kindOf(verdict),
    bounce: verdict.bounces.map(({ class: kind, status, recipient, diagnostic }) => ({
      class: kind,
      status,
      recipient,
      diagnostic,
    })),
    autoReply: verdict.kind === 'auto_reply' ? { returnsOn: verdict.returnsOn } : null,
    reply: reply(mail, verdict),
    matchedBy: verdict.kind === 'own_copy' ? null : clue(mail, verdict),
    evidence: [...verdict.evidence, ...damage],
  };
}

/** A report on several recipients is named after the worst of them. */
function kindOf({ kind, bounces, optOut }: InboundVerdict): MailKind {
  if (kind === 'human_reply') return optOut === null ? 'human_reply' : 'unsubscribe_request';
  if (kind !== 'bounce') return kind;
  const failed = bounces.filter(({ delayed }) => !delayed);
  if (failed.length === 0) return 'delayed';
  if (failed.some((bounce) => bounce.class === 'hard')) return 'hard_bounce';
  return failed.some((bounce) => bounce.class === 'policy') ? 'policy_bounce' : 'soft_bounce';
}

function reply(mail: InboundMail, verdict: InboundVerdict): MailExplanation['reply'] {
  if (verdict.kind !== 'human_reply' && verdict.kind !== 'auto_reply') return null;
  const text = replyText(mail);
  if (verdict.optOut !== null) return { text, intent: 'unsubscribe', confidence: 0.97 };
  if (verdict.kind === 'auto_reply') {
    const isAbsent = verdict.returnsOn !== null || verdict.evidence.some((sign) => /absence/.test(sign));
    return { text, intent: isAbsent ? 'out_of_office' : 'unsure', confidence: isAbsent ? 0.95 : 0.3 };
  }
  const { intent, confidence } = replyIntent(text);
  return { text, intent, confidence };
}

/** In the order in which matchReply and matchBounce try them; the thread is known to the provider only. */
function clue(mail: InboundMail, verdict: InboundVerdict): MailExplanation['matchedBy'] {
  const isReport = verdict.kind === 'bounce' || verdict.kind === 'complaint';
  const keys = replyKeys(mail, verdict.bounces);
  const named = new Set([...mail.inReplyTo, ...mail.references]);
  const returned =
    keys.messageIds.some((id) => !named.has(id)) ||
    verdict.bounces.some(({ salesosMessage, originalMessageIds }) => salesosMessage ?? originalMessageIds.length > 0);
  if (isReport && returned) return 'returned_headers';
  if (mail.inReplyTo.length > 0) return 'in_reply_to';
  if (mail.references.length > 0) return 'references';
  if (keys.tokens.length > 0) return 'token';
  if (returned) return 'returned_headers';
  return mail.from && isReplySubject(mail.subject) ? 'sender_and_subject' : null;
}

/** The mailbox a mail lies in, as the last server says; a mail from somebody to himself alone is his own. */
function likelyMailbox(mail: InboundMail): string[] {
  const delivered = mail.deliveredTo.slice(0, 1);
  return delivered.length > 0 || mail.to.length !== 1 ? delivered : [mail.to[0]!.address];
}

function receivedAt(mail: InboundMail, now: Date): Date {
  const stamps = [mail.headers.date?.[0], mail.headers.received?.[0]?.split(';').at(-1)];
  const at = stamps.map((stamp) => new Date(stamp ?? '')).find((date) => !Number.isNaN(date.getTime()));
  return at ?? now;
}

const nothing = (evidence: string[]): MailExplanation => ({
  kind: 'unrelated',
  bounce: [],
  autoReply: null,
  reply: null,
  matchedBy: null,
  evidence,
});
