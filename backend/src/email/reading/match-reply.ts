import { type Bounce, returnedMail } from './bounce.ts';
import { fold } from './fold-words.ts';
import type { InboundMail } from './parse-mail.ts';

/** A mail we sent that the received one may answer. */
export interface ReplyCandidate {
  messageId: string;
  /** Our own Message-ID and, where the provider replaced it, the one on the wire. */
  messageIdHeader: string;
  wireMessageId: string | null;
  providerThreadId: string | null;
  /** What we put into `Reply-To` after the plus sign, and into X-SalesOS-Message. */
  tokens: readonly string[];
  /** The recipient, lower-cased. */
  recipient: string;
  subject: string;
  sentAt: Date;
}

export interface ReceivedContext {
  providerThreadId: string | null;
  receivedAt: Date;
}

export interface ReplyMatch {
  messageId: string;
  by: 'in_reply_to' | 'references' | 'thread' | 'token' | 'returned_headers' | 'sender_and_subject';
  /** `low`: enough to fall silent, not enough to say for certain which mail was meant. */
  confidence: 'high' | 'low';
  /** Somebody else in the conversation, or the person from another address. */
  fromOtherAddress: boolean;
}

/** What to look sent mails up by: ids, plus-address tokens, and the sender. */
export interface ReplyKeys {
  messageIds: string[];
  tokens: string[];
  senders: string[];
}

const sameSubjectDays = 60;

/** Collects the keys by which `candidates` are fetched before `matchReply` or `matchBounce` chooses among them. */
export function replyKeys(mail: InboundMail, bounces: readonly Bounce[] = []): ReplyKeys {
  const returned = [returnedMail(mail), ...bounces];
  const people = [mail.from?.address ?? '', ...bounces.map((bounce) => bounce.recipient ?? '')];
  return {
    messageIds: unique([
      ...mail.inReplyTo,
      ...[...mail.references].reverse(),
      ...returned.flatMap((one) => one.originalMessageIds),
    ]),
    tokens: unique([...addressTokens(mail), ...returned.flatMap((one) => one.salesosMessage ?? [])]),
    senders: unique(people.filter((address) => address !== '')),
  };
}

/**
 * Which of our mails a received one answers: by its headers, its thread, its address, the mail it carries (a complaint does),
 * and last by sender and subject.
 */
export function matchReply(
  mail: InboundMail,
  context: ReceivedContext,
  candidates: readonly ReplyCandidate[],
): ReplyMatch | null {
  const sender = mail.from?.address ?? '';
  const earlier = newestFirst(candidates, context.receivedAt);
  const match = (candidate: ReplyCandidate | undefined, by: ReplyMatch['by']): ReplyMatch | null =>
    candidate
      ? {
          messageId: candidate.messageId,
          by,
          confidence: by === 'sender_and_subject' ? 'low' : 'high',
          fromOtherAddress: candidate.recipient !== sender,
        }
      : null;
  return (
    match(byIds(candidates, mail.inReplyTo), 'in_reply_to') ??
    match(byIds(candidates, [...mail.references].reverse()), 'references') ??
    match(byThread(earlier, context.providerThreadId), 'thread') ??
    match(byTokens(candidates, addressTokens(mail)), 'token') ??
    match(byIds(candidates, returnedMail(mail).originalMessageIds), 'returned_headers') ??
    match(bySenderAndSubject(earlier, mail, context.receivedAt), 'sender_and_subject')
  );
}

/** Which of our mails came back. A report about somebody else's mailbox is none of ours, even inside of our thread. */
export function matchBounce(
  bounce: Bounce,
  context: ReceivedContext,
  candidates: readonly ReplyCandidate[],
): ReplyMatch | null {
  const ours = candidates.filter((candidate) => bounce.recipient === null || candidate.recipient === bounce.recipient);
  const returned =
    byTokens(ours, bounce.salesosMessage === null ? [] : [bounce.salesosMessage]) ??
    byIds(ours, bounce.originalMessageIds);
  if (returned)
    return { messageId: returned.messageId, by: 'returned_headers', confidence: 'high', fromOtherAddress: false };
  const inThread = byThread(newestFirst(ours, context.receivedAt), context.providerThreadId);
  return inThread
    ? {
        messageId: inThread.messageId,
        by: 'thread',
        confidence: bounce.recipient ? 'high' : 'low',
        fromOtherAddress: false,
      }
    : null;
}

function byIds(candidates: readonly ReplyCandidate[], ids: readonly string[]): ReplyCandidate | undefined {
  for (const id of ids) {
    const found = candidates.find((candidate) => candidate.wireMessageId === id || candidate.messageIdHeader === id);
    if (found) return found;
  }
}

function byThread(earlier: readonly ReplyCandidate[], threadId: string | null): ReplyCandidate | undefined {
  return threadId === null ? undefined : earlier.find((candidate) => candidate.providerThreadId === threadId);
}

function byTokens(candidates: readonly ReplyCandidate[], tokens: readonly string[]): ReplyCandidate | undefined {
  return candidates.find((candidate) =>
    candidate.tokens.some((token) => tokens.includes(token) || tokens.includes(token.toLowerCase())),
  );
}

function bySenderAndSubject(
  earlier: readonly ReplyCandidate[],
  mail: InboundMail,
  receivedAt: Date,
): ReplyCandidate | undefined {
  const subject = normaliseSubject(mail.subject);
  if (subject === '') return;
  const oldest = receivedAt.getTime() - sameSubjectDays * 86_400_000;
  return earlier.find(
    (candidate) =>
      candidate.recipient === mail.from?.address &&
      candidate.sentAt.getTime() >= oldest &&
      normaliseSubject(candidate.subject) === subject,
  );
}

/** What is to be read in `local+TOKEN@domain` of every address the mail was sent to (lower-cased by the parser). */
function addressTokens(mail: InboundMail): string[] {
  const addresses = [...mail.to.map((person) => person.address), ...mail.deliveredTo];
  return addresses.flatMap((address) => /\+([^@+]{1,200})@[^@]*$/.exec(address)?.[1] ?? []);
}

/**
 * The provider notes when a mail arrived, we note when ours left: two clocks, and Outlook cuts the second. A mail is no answer
 * only where it arrived clearly before ours left.
 */
const clockSkewMilliseconds = 10 * 60_000;
export const mayAnswer = (sentAt: Date, receivedAt: Date): boolean =>
  sentAt.getTime() - clockSkewMilliseconds <= receivedAt.getTime();

function newestFirst(candidates: readonly ReplyCandidate[], receivedAt: Date): ReplyCandidate[] {
  const earlier = candidates.filter((candidate) => mayAnswer(candidate.sentAt, receivedAt));
  return earlier.sort((a, b) => b.sentAt.getTime() - a.sentAt.getTime());
}

const unique = (values: readonly string[]) => [...new Set(values)];

const replyPrefix =
  /^(?:re|aw|fw|fwd|wg|tr|rv|sv|vs|antw|odp|ynt|res|enc|rif|r|回复|答复|返信|转发)(?:\[\d{1,3}\])?\s?[:：]\s*/;

/** Whether a subject says that it answers or forwards something. */
export function isReplySubject(subject: string): boolean {
  return replyPrefix.test(fold(subject.slice(0, 200)).trim());
}

/** A subject without its `Re:`, `AW:`, `Fwd:` … in any number, folded to lower case without accents. */
export function normaliseSubject(subject: string): string {
  let bare = fold(subject.slice(0, 2_000)).replace(/\s+/g, ' ').trim();
  for (let shorter = bare.replace(replyPrefix, ''); shorter !== bare; shorter = bare.replace(replyPrefix, ''))
    bare = shorter;
  return bare;
}

/** The subject of a follow-up in the same thread: exactly one `Re:`. */
export function replySubject(subject: string): string {
  return /^re\s?:/i.test(subject.trim()) ? subject.trim() : `Re: ${subject.trim()}`;
}
