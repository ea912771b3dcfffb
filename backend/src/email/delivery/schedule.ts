import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { InvalidInput } from '../../core/errors.ts';
import { emit } from '../../core/events.ts';
import { getMailboxRows } from '../mailboxes/mailbox-queries.ts';
import { whyNotSending } from '../mailboxes/mailboxes.ts';
import { factOf } from './conclude.ts';
import { cancelUnsent, holdUnsent, insertMessages, releaseHeld } from './message-queries.ts';
import type { NewMessage } from './messages.ts';

/** Puts messages in line. A step that already has its message gets no second one; only the new ones are returned. */
export async function scheduleMessages(
  ctx: Ctx,
  messages: NewMessage[],
): Promise<{ id: string; enrollmentId: string | null; stepIndex: number | null }[]> {
  if (messages.length === 0) return [];
  return inTransaction(ctx, async (ctx) => {
    const mailboxes = new Map(
      (await getMailboxRows(ctx, [...new Set(messages.map((message) => message.mailboxId))])).map((box) => [
        box.id,
        box,
      ]),
    );
    const rows = messages.map((message) => {
      const mailbox = mailboxes.get(message.mailboxId);
      if (!mailbox) throw new InvalidInput('There is no mailbox with this id.', { code: 'mailbox_not_found' });
      return { ...message, domain: mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1) };
    });
    const inserted = await insertMessages(ctx, rows);
    // What is scheduled for a mailbox that cannot send now waits with the others of that mailbox.
    for (const mailbox of mailboxes.values()) {
      const why = whyNotSending(mailbox);
      if (why) await holdUnsent(ctx, { mailboxId: mailbox.id }, 'mailbox', why);
    }
    await emit(
      ctx,
      'email.scheduled',
      ...inserted.map((row) => ({ ...factOf(row), notBefore: row.notBefore.toISOString() })),
    );
    return inserted;
  });
}

/** Takes unsent messages back for good. What a worker is about to send is caught at its intent, and never tried again. */
export async function cancelMessages(
  ctx: Ctx,
  { enrollmentIds }: { enrollmentIds: string[] },
  reason: string,
): Promise<void> {
  if (enrollmentIds.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    const cancelled = await cancelUnsent(ctx, { enrollmentIds }, reason);
    await emit(ctx, 'email.cancelled', ...cancelled.map((row) => ({ ...factOf(row), reason })));
  });
}

/** Keeps unsent messages back until they are released. */
export async function holdMessages(
  ctx: Ctx,
  { enrollmentIds }: { enrollmentIds: string[] },
  whyWaiting: string,
): Promise<void> {
  if (enrollmentIds.length > 0) await holdUnsent(ctx, { enrollmentIds }, 'enrollment', whyWaiting);
}

/** Lets held messages go again, not before the given time. Returns how many there were. */
export async function releaseMessages(
  ctx: Ctx,
  { enrollmentIds }: { enrollmentIds: string[] },
  notBefore: Date,
): Promise<number> {
  return enrollmentIds.length === 0 ? 0 : releaseHeld(ctx, { enrollmentIds }, 'enrollment', notBefore);
}
