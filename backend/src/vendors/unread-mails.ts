import { z } from 'zod';
import { VendorUnavailable } from '../core/errors.ts';
import type { ReceivedMail, UnreadableMail } from '../email/mailbox.ts';

/** What mail vendors share: mails that were announced, read or not, and those that are asked for again. */

export interface MailRef {
  id: string;
  threadId: string;
}

/** `gone`: deleted since, or no mail at all (a draft, a chat). `unreadable`: this one mail fails while others may not. */
export type ReadMail<R extends MailRef = MailRef> =
  | { outcome: 'read'; mail: ReceivedMail }
  | { outcome: 'gone' }
  | { outcome: 'unreadable'; ref: R; reason: string };

/** A mail to ask for again, from `nextAt` on (epoch seconds). It lies in the cursor; `attempts` 0 was never asked for yet. */
export type PendingMail<R extends MailRef = MailRef> = R & { attempts: number; nextAt: number; reason: string };

export const pendingShape = z.object({
  id: z.string(),
  threadId: z.string(),
  attempts: z.number(),
  nextAt: z.number(),
  reason: z.string(),
});

const mostAttempts = 7;

/**
 * Tells what was read from what must be asked for again: after 1, 4, 16 … minutes, until the seventh failure, 23 hours
 * after the first, is the last. `asked` are the pending mails among the reads, `left` those that were not asked for now.
 */
export function sortReads<R extends MailRef>(input: {
  reads: ReadMail<R>[];
  asked: PendingMail<R>[];
  left: PendingMail<R>[];
  now: Date;
}): { mails: ReceivedMail[]; unreadable: UnreadableMail[]; pending: PendingMail<R>[] } {
  const { reads, asked, left, now } = input;
  const mails: ReceivedMail[] = [];
  const pending = [...left];
  const unreadable = left.filter(({ attempts }) => attempts > 0).map((mail) => asUnreadable(mail, false));
  for (const read of reads) {
    if (read.outcome === 'read') mails.push(read.mail);
    if (read.outcome !== 'unreadable') continue;
    const attempts = (asked.find(({ id }) => id === read.ref.id)?.attempts ?? 0) + 1;
    const nextAt = Math.floor(now.getTime() / 1000) + 60 * 4 ** (attempts - 1);
    const failed = { ...read.ref, attempts, nextAt, reason: read.reason };
    const givenUp = attempts >= mostAttempts;
    unreadable.push(asUnreadable(failed, givenUp));
    if (!givenUp) pending.push(failed);
  }
  return { mails, unreadable, pending };
}

function asUnreadable({ id, threadId, reason, attempts }: PendingMail, givenUp: boolean): UnreadableMail {
  return { providerMessageId: id, providerThreadId: threadId, reason, attempts, givenUp };
}

/** Several mails and none readable is the provider failing, not the mails: the place is kept and everything is asked again. */
export function failOnOutage(provider: string, reads: ReadMail[]): void {
  const failed = reads.filter((read) => read.outcome === 'unreadable');
  if (failed.length < 2 || failed.length < reads.length) return;
  throw new VendorUnavailable(`${provider} does not hand out mail at the moment. We try again.`, {
    code: `${provider.toLowerCase()}_unavailable`,
    detail: failed[0]?.reason,
    retryAfterSeconds: 60,
  });
}

export function bytesOf(reads: ReadMail[]): number {
  return reads.reduce((sum, read) => sum + (read.outcome === 'read' ? read.mail.raw.length : 0), 0);
}
