import { optOut, suppress } from '../../compliance/index.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { emit } from '../../core/events.ts';
import { newId } from '../../core/ids.ts';
import { factOf } from '../delivery/conclude.ts';
import type { ReceivedMail } from '../mailbox.ts';
import type { Mailbox } from '../mailboxes/mailboxes.ts';
import type { Bounce } from './bounce.ts';
import { classifyInbound, type InboundVerdict } from './classify-inbound.ts';
import { insertInbound, type SentCandidate, sentCandidates } from './inbound-queries.ts';
import { matchBounce, matchReply, mayAnswer, type ReplyCandidate, type ReplyMatch, replyKeys } from './match-reply.ts';
import { wantsOptOut } from './opt-out.ts';
import { type InboundMail, parseMail } from './parse-mail.ts';
import { replyText } from './reply-text.ts';

const candidateDays = 60;

/**
 * Takes in one received mail: says what it is, whom and which of our mails it concerns, and announces it. Mail that
 * concerns nobody we wrote to leaves no trace: a rep's private mail is none of our business. Taking it in twice is once.
 */
export async function ingest(ctx: Ctx, mailbox: Mailbox, received: ReceivedMail): Promise<void> {
  if (received.folder === 'sent') return;
  const parsed = await parseMail(received.raw);
  if ('unreadable' in parsed) {
    ctx.log.warn(
      { mailboxId: mailbox.id, providerMessageId: received.providerMessageId, reason: parsed.unreadable },
      'a received mail cannot be read',
    );
    return;
  }
  const { mail } = parsed;
  const verdict = classifyInbound(
    mail,
    { addresses: new Set([mailbox.address, ...mailbox.aliases]) },
    received.receivedAt,
  );
  if (verdict.kind === 'own_copy') return;
  const keys = replyKeys(mail, verdict.bounces);
  const candidates = await sentCandidates(ctx, {
    messageIds: [...keys.messageIds, ...keys.tokens],
    mailboxId: mailbox.id,
    providerThreadId: received.providerThreadId,
    addresses: keys.senders,
    since: new Date(received.receivedAt.getTime() - candidateDays * 86_400_000),
  });
  if (candidates.length === 0) return;
  const inbound = { mail, verdict, received, mailbox, candidates };
  if (verdict.kind === 'bounce')
    for (const [index, bounce] of verdict.bounces.entries()) await takeBounce(ctx, inbound, bounce, index);
  else await takeAnswer(ctx, inbound);
}

interface Inbound {
  mail: InboundMail;
  verdict: InboundVerdict;
  received: ReceivedMail;
  mailbox: Mailbox;
  candidates: SentCandidate[];
}

/** A person, an absence note, a calendar answer or a complaint. */
async function takeAnswer(ctx: Ctx, inbound: Inbound): Promise<void> {
  const { mail, verdict, received, candidates } = inbound;
  const inThread = matchReply(mail, received, candidates.map(toCandidate));
  // What looks like a newsletter counts only where it stands in our own conversation.
  const match =
    verdict.kind === 'unrelated'
      ? inThread?.by === 'thread'
        ? inThread
        : null
      : (inThread ?? fromSomebodyWeWroteTo(inbound));
  const message = candidates.find((candidate) => candidate.id === match?.messageId);
  if (!match || !message) return;
  const text = replyText(mail);
  await inTransaction(ctx, async (ctx) => {
    const inboundId = await store(ctx, inbound, { text, match, message, bounce: null, part: 0 });
    if (!inboundId) return;
    const fact = { ...factOf(message), inboundId, repliedAt: received.receivedAt.toISOString() };
    if (verdict.kind === 'auto_reply') await emit(ctx, 'email.auto_replied', { ...fact, returnsOn: verdict.returnsOn });
    else if (verdict.kind === 'complaint') {
      await optOut(ctx, message.contactId, 'complaint', message.toAddress);
      await emit(ctx, 'email.complained', { ...factOf(message), inboundId });
    } else {
      // An answer to an invitation is an answer.
      await emit(ctx, 'email.replied', fact);
      if (verdict.optOut || wantsOptOut(text)) await optOut(ctx, message.contactId, 'reply', message.toAddress);
    }
  });
}

/** A new mail, in no thread of ours, by somebody we wrote to lately: silence is the safe reading. */
function fromSomebodyWeWroteTo({ mail, received, candidates }: Inbound): ReplyMatch | null {
  const sender = mail.from?.address;
  const message = candidates.find(
    (candidate) =>
      candidate.toAddress === sender && candidate.sentAt && mayAnswer(candidate.sentAt, received.receivedAt),
  );
  return message
    ? { messageId: message.id, by: 'sender_and_subject', confidence: 'low', fromOtherAddress: false }
    : null;
}

async function takeBounce(ctx: Ctx, inbound: Inbound, bounce: Bounce, part: number): Promise<void> {
  const match = matchBounce(bounce, inbound.received, inbound.candidates.map(toCandidate));
  const message = inbound.candidates.find((candidate) => candidate.id === match?.messageId);
  if (!match || !message) return;
  await inTransaction(ctx, async (ctx) => {
    if (!(await store(ctx, inbound, { text: bounce.diagnostic, match, message, bounce, part }))) return;
    // Late is not lost: nobody's sequence waits for a server that still tries.
    if (bounce.delayed) return;
    if (bounce.class === 'hard')
      await suppress(ctx, { kind: 'address', value: message.toAddress, reason: 'hard_bounce', source: 'bounce' });
    await emit(ctx, 'email.bounced', {
      ...factOf(message),
      class: bounce.class,
      status: bounce.status,
      diagnostic: bounce.diagnostic,
    });
  });
}

/** Returns the row's id, or null when this mail was taken in before. A bounce of several recipients has a row for each. */
async function store(
  ctx: Ctx,
  { mail, verdict, received, mailbox }: Inbound,
  about: { text: string; match: ReplyMatch; message: SentCandidate; bounce: Bounce | null; part: number },
): Promise<string | null> {
  const id = newId(ctx.clock.now());
  const isNew = await insertInbound(ctx, {
    id,
    mailboxId: mailbox.id,
    providerMessageId: about.part === 0 ? received.providerMessageId : `${received.providerMessageId}#${about.part}`,
    providerThreadId: received.providerThreadId,
    receivedAt: received.receivedAt,
    kind: verdict.kind === 'unrelated' ? 'human_reply' : verdict.kind,
    fromAddress: mail.from?.address ?? '',
    subject: mail.subject,
    text: about.text,
    contactId: about.message.contactId,
    messageId: about.message.id,
    matchedBy: about.match.by,
    confidence: about.match.confidence,
    returnsOn: verdict.returnsOn,
    bounce: about.bounce,
    evidence: verdict.evidence,
  });
  return isNew ? id : null;
}

const toCandidate = (row: SentCandidate): ReplyCandidate => ({
  messageId: row.id,
  messageIdHeader: row.messageIdHeader,
  wireMessageId: row.wireMessageId,
  providerThreadId: row.providerThreadId,
  tokens: [row.trackingToken, row.messageIdHeader],
  recipient: row.toAddress,
  subject: row.subject ?? '',
  sentAt: row.sentAt ?? new Date(0),
});
