import { createHash } from 'node:crypto';
import type { Ctx } from './ctx.ts';
import { Conflict, InvalidInput } from './errors.ts';

export interface Answer {
  status: number;
  body: object;
}

/** A request that died half-way lets the next one with its key take over after this long. */
const takeOverAfterSeconds = 60;

/** Keeps the answer in the transaction of `ctx`: it is stored when, and only when, what it tells has happened. */
export type KeepAnswer = (ctx: Ctx, answer: Answer) => Promise<void>;

/**
 * Same key, same answer. The first request with a key runs; a repeat gets the stored answer; a repeat that arrives while
 * the first still runs gets 409; the same key with another request gets 422. `run` keeps its answer in the transaction
 * that makes it true, so a crash can neither lose a done act nor do it twice. What throws leaves the key free.
 */
export async function withIdempotency(
  ctx: Ctx,
  key: string,
  request: unknown,
  run: (keep: KeepAnswer) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const fingerprint = createHash('sha256').update(JSON.stringify(request)).digest('base64url');
  const now = ctx.clock.now();
  const mine = ctx.db.updateTable('idempotencyKey').where('tenantId', '=', ctx.tenantId).where('key', '=', key);
  const inserted = await ctx.db
    .insertInto('idempotencyKey')
    .values({ tenantId: ctx.tenantId, key, fingerprint, state: 'running', status: null, body: null, createdAt: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();
  if (!inserted) {
    const stored = await ctx.db
      .selectFrom('idempotencyKey')
      .selectAll()
      .where('tenantId', '=', ctx.tenantId)
      .where('key', '=', key)
      .executeTakeFirst();
    if (stored && stored.fingerprint !== fingerprint) {
      throw new InvalidInput('This Idempotency-Key was used for another request. Use a new key for a new request.', {
        code: 'idempotency_key_reused',
      });
    }
    if (stored?.state === 'done') return { status: stored.status!, body: stored.body!, replayed: true };
    const lapsed = new Date(now.getTime() - takeOverAfterSeconds * 1000);
    const taken = await mine
      .set({ createdAt: now })
      .where('state', '=', 'running')
      .where('createdAt', '<', lapsed)
      .returning('key')
      .executeTakeFirst();
    if (!taken) throw stillRunning();
  }
  try {
    const answer = await run(async (inside, { status, body }) => {
      const kept = await inside.db
        .updateTable('idempotencyKey')
        .set({ state: 'done', status, body: JSON.stringify(body) })
        .where('tenantId', '=', ctx.tenantId)
        .where('key', '=', key)
        .where('state', '=', 'running')
        .where('createdAt', '=', now)
        .returning('key')
        .executeTakeFirst();
      // Slower than the time after which a repeat takes over, and one did: what we did is rolled back.
      if (!kept) throw stillRunning();
    });
    return { ...answer, replayed: false };
  } catch (error) {
    // Nothing was done, so the key is free again; what a verb refuses, it refuses again.
    await ctx.db
      .deleteFrom('idempotencyKey')
      .where('tenantId', '=', ctx.tenantId)
      .where('key', '=', key)
      .where('state', '=', 'running')
      .where('createdAt', '=', now)
      .execute();
    throw error;
  }
}

const stillRunning = () =>
  new Conflict('The first request with this Idempotency-Key is still running. Ask again in a moment.', {
    code: 'idempotency_key_running',
  });
