import { randomUUID } from 'node:crypto';
import { type AllowedTime, nextAllowed } from '../compliance/index.ts';
import { inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { type Decision, recordDecisions } from '../core/decisions.ts';
import { dayOf, isoDateOf, wallOf } from '../core/zoned-time.ts';
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
import { nextSlot } from './pacing.ts';

/** How long a worker may hold messages before it has committed to send them. */
const claimSeconds = 120;
const ruleVersion = 'pace-1';

export interface Claim {
  messages: ClaimedMessage[];
  /** True when there may be more due messages. */
  full: boolean;
}

/**
 * Takes due messages, mailbox by mailbox under its row lock: within the recipient's window, the mailbox's cap and its
 * spacing. What may not leave yet gets its next time and the reason, as a decision.
 */
export async function claimDue(system: System, limit: number): Promise<Claim> {
  return inTransaction(system, async (system) => {
    const now = system.clock.now();
    const mailboxes = await lockDueMailboxes(system.db, now, limit);
    if (mailboxes.length === 0) return { messages: [], full: false };
    const due = await dueMessages(system.db, mailboxes, now, limit);
    const paces = new Map(mailboxes.map((box) => [box.id, startOfPace(box, now)]));
    const claimId = randomUUID();
    const claimed: DueMessage[] = [];
    const deferred: (DueMessage & { notBefore: Date; why: string | null })[] = [];
    for (const message of due) {
      const next = mayLeave(message, paces.get(message.mailboxId)!, now);
      if (next.at <= now) claimed.push(message);
      else deferred.push({ ...message, notBefore: next.at, why: next.why });
    }
    await markClaimed(system.db, claimed, claimId, new Date(now.getTime() + claimSeconds * 1000));
    await deferMessages(system.db, deferred);
    await savePace(system.db, [...paces.values()]);
    await recordDeferrals(system, deferred);
    return { messages: claimed.map(({ window, ...message }) => ({ ...message, claimId })), full: due.length === limit };
  });
}

type Pace = DueMailbox & { sentOn: string };

/** The mailbox's counters, begun anew when its day has changed. */
function startOfPace(box: DueMailbox, now: Date): Pace {
  const today = isoDateOf(dayOf(wallOf(box.timeZone, now.getTime())));
  return { ...box, sentOn: today, sentCount: box.sentOn === today ? box.sentCount : 0 };
}

/** Decides over one message, and counts it against its mailbox when it may leave now. */
function mayLeave(message: DueMessage, pace: Pace, now: Date): AllowedTime {
  const { window } = message;
  if (window) {
    const allowed = nextAllowed(now, window.rules, window.recipient);
    if (allowed.at > now) return allowed;
  }
  const shared = {
    address: pace.address,
    zone: pace.timeZone,
    now,
    dailyCap: pace.dailyCap,
    spacingSeconds: pace.spacingSeconds,
    sentToday: pace.sentCount,
  };
  const slot = nextSlot({ ...shared, lastSentAt: pace.lastSentAt });
  if (slot.at <= now) {
    pace.sentCount++;
    pace.lastSentAt = now;
    return slot;
  }
  // Those that wait line up behind each other, so that they do not all come back at the same moment.
  const inLine =
    pace.reservedUntil && pace.reservedUntil > slot.at ? nextSlot({ ...shared, lastSentAt: pace.reservedUntil }) : slot;
  pace.reservedUntil = inLine.at;
  if (!window) return inLine;
  const allowed = nextAllowed(inLine.at, window.rules, window.recipient);
  return { at: allowed.at, why: allowed.why ?? inLine.why };
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
