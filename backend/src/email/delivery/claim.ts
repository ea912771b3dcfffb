import { randomUUID } from 'node:crypto';
import type { AllowedTime } from '../../compliance/index.ts';
import { inTransaction, type System, tenantContext } from '../../core/ctx.ts';
import { type Decision, recordDecisions } from '../../core/decisions.ts';
import { type Ceiling, countersAt, nextSlot } from './allowance.ts';
import {
  type DueMailbox,
  type DueMessage,
  deferMessages,
  dueMessages,
  lockDueMailboxes,
  markClaimed,
  savePace,
} from './delivery-queries.ts';
import type { ClaimedMessage } from './messages.ts';
import { lockSharedCeilings } from './shared-ceilings.ts';

/** How long a worker may hold messages before it has committed to send them. */
const claimSeconds = 120;
const ruleVersion = 'pace-2';

export interface Claim {
  messages: ClaimedMessage[];
  /** True when there may be more due messages. */
  full: boolean;
}

/**
 * Takes due messages, mailbox by mailbox under its row lock: within the recipient's window and the mailbox's hours, below
 * every limit, and spaced. What may not leave yet gets its next time and the reason, as a decision.
 */
export async function claimDue(system: System, limit: number): Promise<Claim> {
  return inTransaction(system, async (system) => {
    const now = system.clock.now();
    const mailboxes = await lockDueMailboxes(system.db, now, limit);
    if (mailboxes.length === 0) return { messages: [], full: false };
    const due = await dueMessages(system.db, mailboxes, now, limit);
    const paces = new Map(mailboxes.map((box) => [box.id, startOfPace(system, box, now)]));
    const paceOf = (message: DueMessage) => paces.get(message.mailboxId)!;
    const shared = await lockSharedCeilings(
      system.db,
      due.map((mail) => ({ mail, box: paceOf(mail) })),
    );
    const claimId = randomUUID();
    const claimed: DueMessage[] = [];
    const deferred: (DueMessage & { notBefore: Date; why: string | null })[] = [];
    for (const message of due) {
      const pace = paceOf(message);
      const next = mayLeave(message, pace, shared.of(pace, message, now), now);
      if (next.at <= now) {
        claimed.push(message);
        shared.count(pace, message);
      } else deferred.push({ ...message, notBefore: next.at, why: next.why });
    }
    await markClaimed(system.db, claimed, claimId, new Date(now.getTime() + claimSeconds * 1000));
    await deferMessages(system.db, deferred);
    await savePace(system.db, [...paces.values()]);
    await shared.save();
    await recordDeferrals(system, deferred);
    return { messages: claimed.map(({ window, ...message }) => ({ ...message, claimId })), full: due.length === limit };
  });
}

type Pace = DueMailbox & { sentOn: string; providerDailyCap: number };

/** The mailbox's counters, begun anew when its day or its hour has changed. */
function startOfPace(system: System, box: DueMailbox, now: Date): Pace {
  const providerDailyCap = system.sockets.mailboxes.get(box.vendor)?.limits.sendsPerDay ?? box.dailyCap;
  return { ...box, ...countersAt(box, now), providerDailyCap };
}

/** Decides over one message, and counts it against its mailbox when it may leave now. */
function mayLeave(message: DueMessage, pace: Pace, shared: Ceiling[], now: Date): AllowedTime {
  const mailbox = { ...pace, sentToday: pace.sentCount, sentThisHour: pace.hourCount };
  const question = { mailbox, shared, window: message.window, byHand: message.enrollmentId === null, now };
  const slot = nextSlot(question);
  if (slot.at <= now) {
    pace.sentCount++;
    pace.hourCount++;
    pace.lastSentAt = now;
    return slot;
  }
  if (!slot.turn) return slot;
  // Those that wait for the mailbox line up behind each other, so that they do not all come back at the same moment.
  const behind = pace.reservedUntil && pace.reservedUntil >= slot.turn ? pace.reservedUntil : null;
  const inLine = behind ? nextSlot({ ...question, mailbox: { ...mailbox, lastSentAt: behind } }) : slot;
  pace.reservedUntil = inLine.turn;
  return inLine;
}

async function recordDeferrals(
  system: System,
  deferred: (DueMessage & { notBefore: Date; why: string | null })[],
): Promise<void> {
  const byTenant = Map.groupBy(deferred, (message) => message.tenantId);
  for (const [tenantId, messages] of byTenant) {
    const decisions = messages.map(
      (message): Decision => ({
        subject: 'email.send',
        subjectId: message.id,
        contactId: message.contactId,
        outcome: 'deferred',
        reason: message.why ?? 'Waits for its turn.',
        ruleVersion,
        inputs: { notBefore: message.notBefore.toISOString(), mailboxId: message.mailboxId },
      }),
    );
    await recordDecisions(tenantContext(system, tenantId), ...decisions);
  }
}
