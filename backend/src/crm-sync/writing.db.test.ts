/** What holds for mails and fields alike. */
import { describe, expect, it } from 'vitest';
import { deleteByRecord, mergeRecords } from '../contacts/index.ts';
import { inTransaction } from '../core/ctx.ts';
import { connectionsOf, uninstallCrm } from '../tenants/index.ts';
import { CrmDisconnected } from './crm.ts';
import { syncProblems } from './index.ts';
import { always, startWritingWorld, summary } from './writing.harness.ts';

const world = await startWritingWorld();
const { fake, install, know, mailKeys, scored, sent, wake, write } = world;

describe('a CRM that refuses us', () => {
  it('is set to reconnect, and everything waits until it is connected again', async () => {
    const { ctx, accountId } = await install();
    const { id } = await know(ctx, '1');
    const first = await sent(ctx, id);
    fake.answerMails = async () => {
      throw new CrmDisconnected('401');
    };
    await write();
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'reconnect' }]);
    const second = await sent(ctx, id);
    await world.advance(10_000);
    await write();
    expect(fake.mails).toHaveLength(1);
    expect(await syncProblems(ctx, id)).toMatchObject([{ code: 'crm_reconnect' }]);
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await install(accountId);
    await write();
    await write();
    expect(mailKeys().slice(1)).toEqual([first, second]);
    expect(await syncProblems(ctx, id)).toEqual([]);
  });

  it('a refusal that comes after the next connect hurts nobody, and its rows are written', async () => {
    const { ctx, accountId } = await install();
    await sent(ctx, (await know(ctx, '1')).id);
    fake.answerMails = async () => {
      fake.answerMails = always({ outcome: 'written', crmId: 'x' });
      await world.advance(1);
      await install(accountId);
      throw new CrmDisconnected('401');
    };
    await wake('write');
    expect(await connectionsOf(ctx)).toMatchObject([{ status: 'connected' }]);
    await world.advance(60);
    await write();
    expect(fake.mails).toHaveLength(2);
  });

  it('a missing permission is tried again after the next connect', async () => {
    const { ctx, accountId } = await install();
    await sent(ctx, (await know(ctx, '1')).id);
    fake.answerMails = always({ outcome: 'refused', code: 'MISSING_SCOPES', reason: 'No.', howToFix: 'Allow it.' });
    await write();
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await install(accountId);
    await write();
    expect(fake.mails).toHaveLength(2);
  });

  it('an uninstalled one is written to no more', async () => {
    const { ctx, connectionId } = await install();
    const { id } = await know(ctx, '1');
    await sent(ctx, id);
    await uninstallCrm(ctx, connectionId);
    await write();
    await sent(ctx, id);
    await write();
    expect(fake.mails).toEqual([]);
  });
});

describe('people who change', () => {
  it('mails of a merged person go to the survivor, whose fields are written', async () => {
    const { ctx } = await install();
    const survivor = await know(ctx, '1');
    const merged = await know(ctx, '2');
    fake.summaries.set(survivor.id, summary(5));
    await scored(ctx, merged.id);
    const key = await sent(ctx, merged.id);
    await mergeRecords(ctx, 'crm', '1', ['2']);
    await write();
    expect(fake.mails.flat()).toMatchObject([{ key, recordId: '1' }]);
    expect(fake.fields.flat()).toMatchObject([{ recordId: '1', score: 5 }]);
  });

  it('nothing is written about somebody deleted, and an erased person leaves no rows', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    await sent(ctx, id);
    await deleteByRecord(ctx, 'crm', '1', 'deleted');
    await write();
    await scored(ctx, id);
    await write();
    expect([...fake.mails, ...fake.fields]).toEqual([]);
    await deleteByRecord(ctx, 'crm', '1', 'erased');
    await write();
    expect(await ctx.db.selectFrom('crmWrite').select('id').where('tenantId', '=', ctx.tenantId).execute()).toEqual([]);
  });

  it('somebody without a record in a CRM is written nowhere', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, 'a', 'other');
    await sent(ctx, id);
    await write();
    expect(fake.mails).toEqual([]);
  });

  it('a fact that is rolled back queues nothing', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const failing = inTransaction(ctx, async (ctx) => {
      await scored(ctx, id);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await write();
    expect(fake.fields).toEqual([]);
  });
});
