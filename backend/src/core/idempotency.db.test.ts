import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import { type Ctx, inTransaction } from './ctx.ts';
import { listDecisions, recordDecisions } from './decisions.ts';
import { type Answer, withIdempotency } from './idempotency.ts';
import { newId } from './ids.ts';

const world = await startTestSystem();

/** An act that leaves a decision behind, as every verb does, and keeps its answer with it. */
const act =
  (ctx: Ctx, outcome = 'done', answer: Answer = { status: 201, body: { outcome } }) =>
  (keep: Parameters<Parameters<typeof withIdempotency>[3]>[0]): Promise<Answer> =>
    inTransaction(ctx, async (inside) => {
      await recordDecisions(inside, decisionOf(ctx, outcome));
      await keep(inside, answer);
      return answer;
    });

const decisionOf = (ctx: Ctx, outcome: string) => ({
  subject: 'test',
  subjectId: newId(ctx.clock.now()),
  contactId: null,
  outcome,
  reason: 'Because.',
  ruleVersion: '1',
  inputs: { deep: { aKey: [1, null, 'two'] } },
});

const outcomes = async (ctx: Ctx) =>
  (await listDecisions(ctx, { before: null, limit: 100 })).map(({ outcome }) => outcome);

describe('an idempotency key', () => {
  it('gives the first answer again and does nothing again', async () => {
    const ctx = await world.tenant();
    const first = await withIdempotency(ctx, 'key', { a: 1 }, act(ctx));
    const again = await withIdempotency(ctx, 'key', { a: 1 }, act(ctx, 'twice'));
    expect(first).toEqual({ status: 201, body: { outcome: 'done' }, replayed: false });
    expect(again).toEqual({ status: 201, body: { outcome: 'done' }, replayed: true });
    expect(await outcomes(ctx)).toEqual(['done']);
  });

  it('with another request is refused, and is another key for another tenant', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant()];
    await withIdempotency(ctx, 'key', { a: 1 }, act(ctx));
    await expect(withIdempotency(ctx, 'key', { a: 2 }, act(ctx))).rejects.toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect(await withIdempotency(other, 'key', { a: 2 }, act(other))).toMatchObject({ replayed: false });
  });

  it('is free again when the act failed, and what was half done is undone', async () => {
    const ctx = await world.tenant();
    const fails = withIdempotency(ctx, 'key', {}, (keep) =>
      inTransaction(ctx, async (inside) => {
        await recordDecisions(inside, decisionOf(ctx, 'half'));
        await keep(inside, { status: 201, body: {} });
        throw new Error('no');
      }),
    );
    await expect(fails).rejects.toThrow('no');
    expect(await withIdempotency(ctx, 'key', {}, act(ctx))).toMatchObject({ replayed: false });
    expect(await outcomes(ctx)).toEqual(['done']);
  });

  it('used many times at once is acted on once; the others are told to ask again, or get the answer', async () => {
    const ctx = await world.tenant();
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => withIdempotency(ctx, 'key', {}, act(ctx))));
    expect(await outcomes(ctx)).toEqual(['done']);
    for (const call of calls) {
      if (call.status === 'fulfilled') expect(call.value.body).toEqual({ outcome: 'done' });
      else expect(call.reason).toMatchObject({ status: 409, code: 'idempotency_key_running' });
    }
  });

  it('of a request that died is taken over after a minute, and the dead one can no longer finish', async () => {
    const ctx = await world.tenant();
    let revive = () => {};
    const dead = withIdempotency(ctx, 'key', {}, async (keep) => {
      await new Promise<void>((resolve) => {
        revive = resolve;
      });
      return act(ctx, 'late')(keep);
    });
    await new Promise(setImmediate);
    while (
      (await ctx.db.selectFrom('idempotencyKey').select('key').where('tenantId', '=', ctx.tenantId).execute())
        .length === 0
    );
    await expect(withIdempotency(ctx, 'key', {}, act(ctx))).rejects.toMatchObject({ status: 409 });
    await world.advance(61);
    expect(await withIdempotency(ctx, 'key', {}, act(ctx, 'taken over'))).toMatchObject({ replayed: false });
    revive();
    await expect(dead).rejects.toMatchObject({ code: 'idempotency_key_running' });
    expect(await outcomes(ctx)).toEqual(['taken over']);
    expect(await withIdempotency(ctx, 'key', {}, act(ctx))).toMatchObject({ replayed: true });
  });
});

describe('decisions', () => {
  it('are read as they were written, newest first, page by page, and by their own tenant only', async () => {
    const [ctx, stranger] = [await world.tenant(), await world.tenant()];
    const decisions = Array.from({ length: 5 }, (_, n) => decisionOf(ctx, `outcome ${n}`));
    await recordDecisions(ctx, ...decisions);
    const first = await listDecisions(ctx, { before: null, limit: 3 });
    expect(first.map(({ outcome }) => outcome)).toEqual(['outcome 4', 'outcome 3', 'outcome 2']);
    const { subject, subjectId, contactId, reason, ruleVersion, inputs } = first[0]!;
    expect({ subject, subjectId, contactId, outcome: 'outcome 4', reason, ruleVersion, inputs }).toEqual(decisions[4]);
    const second = await listDecisions(ctx, { before: first[2]!.id, limit: 3 });
    expect(second.map(({ outcome }) => outcome)).toEqual(['outcome 1', 'outcome 0']);
    expect(await listDecisions(ctx, { subjectId, before: null, limit: 3 })).toHaveLength(1);
    expect(await listDecisions(stranger, { subjectId, before: null, limit: 3 })).toEqual([]);
  });

  it('roll back with what they explain', async () => {
    const ctx = await world.tenant();
    await inTransaction(ctx, async (ctx) => {
      await recordDecisions(ctx, decisionOf(ctx, 'never'));
      throw new Error('rolled back');
    }).catch(() => {});
    await recordDecisions(ctx);
    expect(await outcomes(ctx)).toEqual([]);
  });
});
