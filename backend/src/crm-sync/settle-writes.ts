import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { VendorError } from '../core/http.ts';
import { type Connection, noteProblem } from '../tenants/index.ts';
import type { WriteResult } from './crm.ts';
import { later, retrySeconds } from './retry.ts';
import { type Settlement, settleWrite, type WriteRow } from './write-queries.ts';

/** `held`: it waits until the CRM is connected again; true when it may have been written. */
export type Outcome = { row: WriteRow; sent?: object } & ({ result: WriteResult } | { held: boolean });

/** Notes what became of rows, all at once, and announces refusals and recoveries. */
export async function settle(ctx: Ctx, connection: Connection | undefined, outcomes: Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    // The account is at fault, not the records: said once.
    const problems = new Map<string, { code: string; reason: string; howToFix: string }>();
    for (const outcome of outcomes) {
      const { row } = outcome;
      const settled = await settleWrite(ctx, row, settlementOf(ctx, outcome));
      if (!settled || !connection || 'held' in outcome) continue;
      const about = { contactId: row.contactId, crm: connection.crm, what: row.kind };
      const { result } = outcome;
      if (result.outcome === 'refused' && result.howToFix)
        problems.set(result.code, { ...result, howToFix: result.howToFix });
      else if (result.outcome === 'refused') await emit(ctx, 'sync.failed', { ...about, reason: result.reason });
      else if (result.outcome === 'written' && row.failureCode) await emit(ctx, 'sync.recovered', about);
    }
    for (const { code, reason, howToFix } of problems.values())
      await noteProblem(ctx, connection!.id, { code, sentence: reason, howToFix });
  });
}

function settlementOf(ctx: Ctx, outcome: Outcome): Settlement {
  const { row } = outcome;
  const fine = { attemptCount: 0, maybeWritten: false, failureCode: null, failureReason: null };
  if ('held' in outcome) {
    const { attemptCount, failureCode, failureReason } = row;
    return { state: 'held', attemptCount, maybeWritten: outcome.held, failureCode, failureReason };
  }
  const { result } = outcome;
  switch (result.outcome) {
    case 'written': {
      const written = row.kind !== 'email' && outcome.sent ? { payload: outcome.sent } : {};
      return { ...fine, ...written, state: 'written', crmId: result.crmId };
    }
    case 'refused':
      return {
        ...fine,
        maybeWritten: result.maybeWritten ?? false,
        state: 'refused',
        failureCode: result.code,
        failureReason: result.reason,
      };
    case 'retry':
      return {
        state: 'pending',
        attemptCount: row.attemptCount + 1,
        maybeWritten: result.maybeWritten,
        notBefore: later(ctx.clock.now(), Math.max(result.retryAfterSeconds, retrySeconds(null, row.attemptCount))),
        failureCode: row.failureCode,
        failureReason: result.reason,
      };
  }
}

/** The result of a try that ended in an error: tried again, and looked for first unless it certainly never left. */
export function failed(error: unknown, row: WriteRow): WriteResult {
  const certainlyNot = error instanceof VendorError && !error.outcomeUnknown;
  return {
    outcome: 'retry',
    reason: error instanceof Error ? error.message : String(error),
    maybeWritten: row.maybeWritten || !certainlyNot,
    retryAfterSeconds: retrySeconds(error, row.attemptCount),
  };
}
