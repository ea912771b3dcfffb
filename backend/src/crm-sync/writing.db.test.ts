import type { EventData } from '@salesos/shared/events.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteByRecord, mergeRecords, saveFromCrm } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { VendorError } from '../core/http.ts';
import { newId } from '../core/ids.ts';
import { connectionsOf, uninstallCrm } from '../tenants/index.ts';
import { CrmDisconnected, type WriteResult } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import { syncProblems } from './index.ts';
import type { PersonSummary } from './sources.ts';
import { claimWrites, takeBackLapsed } from './write-queries.ts';

const world = await startCrmWorld();
const { fake, install, system, wake } = world;
beforeEach(() => world.reset());

const now = () => system.clock.now();
const know = (ctx: Ctx, recordId: string, crm = 'crm') => saveFromCrm(ctx, crm, person(recordId), now());
const mailboxId = '0192f0aa-0000-7000-8000-0000000000a1';
async function sent(ctx: Ctx, contactId: string): Promise<string> {
  await world.advance(1);
  const messageId = newId(now());
  const fact = { contactId, messageId, mailboxId, enrollmentId: null, stepIndex: null, sentAt: now().toISOString() };
  await emit(ctx, 'email.sent', fact);
  await world.runJobs();
  return messageId;
}
const scored = (ctx: Ctx, contactId: string, to = 50) =>
  emit(ctx, 'score.changed', { contactId, from: 0, to, tier: 3 } satisfies EventData<'score.changed'>);
const summary = (score: number, change: Partial<PersonSummary> = {}): PersonSummary => ({
  score,
  tier: 3,
  lastEngagedAt: new Date('2027-01-01T00:00:00Z'),
  sequenceStatus: 'Active: Welcome',
  statusReason: 'Waits.',
  inFlight: true,
  ...change,
});
const write = async () => {
  await world.runJobs();
  await wake('write');
  await world.runJobs();
};
const keys = () => fake.mails.flat().map((mail) => mail.key);
const facts = async (ctx: Ctx, name: string) =>
  (
    await ctx.db
      .selectFrom('event')
      .select('data')
      .where('tenantId', '=', ctx.tenantId)
      .where('name', '=', name)
      .execute()
  ).map((row) => row.data);
const always = (result: WriteResult) => async (rows: unknown[]) => rows.map(() => result);
const refused: WriteResult = { outcome: 'refused', code: 'VALIDATION_ERROR', reason: 'Lead status is required.' };
const busy: WriteResult = {
  outcome: 'retry',
  reason: 'Too many requests',
  maybeWritten: false,
  retryAfterSeconds: 120,
};

describe('mails on the timeline', () => {
  it('a sent mail and its reply appear once each, with words that count no opens', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const messageId = await sent(ctx, id);
    await world.advance(1);
    const inboundId = newId(now());
    const about = { contactId: id, messageId, mailboxId, enrollmentId: null, stepIndex: null, inboundId };
    await emit(ctx, 'email.replied', { ...about, repliedAt: now().toISOString() });
    await write();
    await write();
    await write();
    expect(fake.mails.flat()).toMatchObject([
      { key: messageId, recordId: '1', direction: 'outgoing', subject: `Mail ${messageId}`, maybeWritten: false },
      { key: inboundId, recordId: '1', direction: 'incoming', html: null, from: { address: 'kim@example.com' } },
    ]);
  });

  it('go to each connected CRM that has a record of the person', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const expiresAt = new Date('2100-01-01T00:00:00Z');
    await ctx.db
      .insertInto('crmConnection')
      .values({
        tenantId: ctx.tenantId,
        id: newId(now()),
        crm: 'other',
        accountId: newId(now()),
        status: 'connected',
        connectedAt: now(),
        createdAt: expiresAt,
      })
      .execute();
    await saveFromCrm(ctx, 'other', { ...person('a'), addresses: ['p1@example.com'] }, now());
    await sent(ctx, id);
    await write();
    expect(
      fake.mails
        .flat()
        .map((mail) => mail.recordId)
        .sort(),
    ).toEqual(['1', 'a']);
  });

  it('of one person go one after the other, also when the first is refused for the moment', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const other = await know(ctx, '2');
    const [first, second] = [await sent(ctx, id), await sent(ctx, id)];
    const third = await sent(ctx, other.id);
    fake.answerMails = async (mails) =>
      mails.map(({ key }) => (key === first ? busy : { outcome: 'written', crmId: key }));
    await write();
    await write();
    expect(keys().sort()).toEqual([first, third].sort());
    await world.advance(120);
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await write();
    await write();
    expect(keys().slice(2)).toEqual([first, second]);
  });

  it('are claimed by one of two workers', async () => {
    const { ctx } = await install();
    const expected = [];
    for (const recordId of ['1', '2', '3', '4']) expected.push(await sent(ctx, (await know(ctx, recordId)).id));
    await Promise.all([wake('write'), wake('write'), wake('write')]);
    expect(keys().sort()).toEqual(expected.sort());
  });

  it('whose writer died may have been written: the next one is told to look', async () => {
    const { ctx } = await install();
    await sent(ctx, (await know(ctx, '1')).id);
    await claimWrites(system, now(), new Date(now().getTime() + 600_000), 10);
    await write();
    expect(fake.mails).toEqual([]);
    await world.advance(601);
    await write();
    expect(fake.mails.flat()).toMatchObject([{ maybeWritten: true }]);
  });

  it('of a writer that was too slow are not settled by it', async () => {
    const { ctx } = await install();
    await sent(ctx, (await know(ctx, '1')).id);
    fake.answerMails = async (mails) => {
      await world.advance(601);
      await takeBackLapsed(system, now());
      await claimWrites(system, now(), new Date(now().getTime() + 600_000), 10);
      return mails.map(() => refused);
    };
    await write();
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await world.advance(601);
    await write();
    expect(fake.mails.flat().map((mail) => mail.maybeWritten)).toEqual([false, true]);
    const rows = await ctx.db.selectFrom('crmWrite').selectAll().where('tenantId', '=', ctx.tenantId).execute();
    expect(rows).toMatchObject([{ state: 'written', crmId: 'x', failureCode: null }]);
    expect(await facts(ctx, 'sync.failed')).toEqual([]);
  });

  it.each([
    ['certainly not sent', new VendorError('crm', 'budget', false, 30), false],
    ['no answer', new VendorError('crm', 'timeout', true, 30), true],
    ['something unforeseen', new Error('bug'), true],
  ])('when the call fails (%s) are tried again with what is known of the first try', async (_, error, maybeWritten) => {
    const { ctx } = await install();
    const key = await sent(ctx, (await know(ctx, '1')).id);
    fake.answerMails = async () => Promise.reject(error);
    await write();
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await world.advance(31);
    await write();
    expect(fake.mails.flat()).toMatchObject([{ key }, { key, maybeWritten }]);
  });

  it('that the vendor forgets to mention are looked for', async () => {
    const { ctx } = await install();
    await sent(ctx, (await know(ctx, '1')).id);
    fake.answerMails = async () => [];
    await write();
    await world.advance(61);
    await write();
    expect(fake.mails.flat()[1]).toMatchObject({ maybeWritten: true });
  });

  it('that are refused are shown with a way to mend it, and are not tried again', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    await sent(ctx, id);
    fake.answerMails = always(refused);
    await write();
    await world.advance(10_000);
    await write();
    expect(fake.mails).toHaveLength(1);
    const [problem] = await syncProblems(ctx, id);
    expect(problem).toMatchObject({ code: 'sync_refused' });
    expect(problem?.sentence).toBe('Fake CRM refused a mail on the timeline: Lead status is required.');
    expect(problem?.howToFix).toContain('rule');
    expect(await facts(ctx, 'sync.failed')).toMatchObject([{ contactId: id, what: 'email' }]);
    expect(await syncProblems(await world.tenant(), id)).toEqual([]);
  });

  it('that do not get through for long are shown, and tried on', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    await sent(ctx, id);
    fake.answerMails = always(busy);
    for (let tries = 0; tries < 5; tries++) {
      await write();
      await world.advance(3600);
    }
    expect(await syncProblems(ctx, id)).toMatchObject([{ code: 'sync_delayed' }]);
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await write();
    expect(await syncProblems(ctx, id)).toEqual([]);
  });

  it('whose text is no longer stored are settled, and do not hold up the others', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.gone.add(await sent(ctx, id));
    const second = await sent(ctx, id);
    await write();
    await write();
    expect(keys()).toEqual([second]);
  });
});

describe('a mail of which a part was written when an admin’s permission was missing', () => {
  it('is looked for when it is tried again', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.answerMails = async (mails) =>
      mails.map(() => ({
        outcome: 'refused',
        code: 'RIGHTS',
        reason: 'No.',
        howToFix: 'Allow it.',
        maybeWritten: true,
      }));
    await sent(ctx, id);
    await write();
    await world.advance(86_401);
    await wake('retry-problems');
    await world.runJobs();
    await write();
    expect(fake.mails.flat().map(({ maybeWritten }) => maybeWritten)).toEqual([false, true]);
  });
});

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
    expect(keys().slice(1)).toEqual([first, second]);
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

describe('fields on the record', () => {
  it('are written once for many changes, and not at all when they say the same', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.summaries.set(id, summary(62.5));
    for (let times = 0; times < 3; times++) await scored(ctx, id);
    await write();
    expect(fake.fields).toEqual([
      [
        {
          recordId: '1',
          score: 62.5,
          tier: 3,
          lastEngagedAt: new Date('2027-01-01T00:00:00Z'),
          sequenceStatus: 'Active: Welcome',
          statusReason: 'Waits.',
        },
      ],
    ]);
    await scored(ctx, id);
    await write();
    expect(fake.fields).toHaveLength(1);
    fake.summaries.set(id, summary(70, { lastEngagedAt: null }));
    await scored(ctx, id);
    await write();
    expect(fake.fields[1]).toMatchObject([{ score: 70, lastEngagedAt: null }]);
  });

  it('that change while they are written are written again', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.summaries.set(id, summary(10));
    await scored(ctx, id);
    fake.answerFields = async (people) => {
      fake.answerFields = always({ outcome: 'written', crmId: '1' });
      fake.summaries.set(id, summary(20));
      await scored(ctx, id);
      await world.runJobs();
      return people.map(() => ({ outcome: 'written', crmId: '1' }));
    };
    await write();
    await write();
    await write();
    expect(fake.fields.flat().map((fields) => fields.score)).toEqual([10, 20]);
  });

  it('that were refused are tried with the next change, and their recovery is announced', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.summaries.set(id, summary(10));
    fake.answerFields = always(refused);
    await scored(ctx, id);
    await write();
    expect(await syncProblems(ctx, id)).toMatchObject([{ code: 'sync_refused' }]);
    fake.answerFields = always({ outcome: 'written', crmId: '1' });
    await scored(ctx, id);
    await write();
    expect(await syncProblems(ctx, id)).toEqual([]);
    expect(await facts(ctx, 'sync.recovered')).toMatchObject([{ contactId: id, crm: 'crm', what: 'fields' }]);
  });

  it('keep waiting while the CRM asks for patience, whatever changes meanwhile', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    fake.summaries.set(id, summary(10));
    fake.answerFields = always(busy);
    await scored(ctx, id);
    await write();
    fake.summaries.set(id, summary(20));
    await scored(ctx, id);
    await write();
    expect(fake.fields).toHaveLength(1);
    fake.answerFields = always({ outcome: 'written', crmId: '1' });
    await world.advance(121);
    await write();
    await write();
    expect(fake.fields.flat().map((fields) => fields.score)).toEqual([10, 20]);
  });

  it('the trouble of one account is not that of another', async () => {
    const one = await install();
    const two = await install();
    const broken = await know(one.ctx, '1');
    const fine = await know(two.ctx, '2');
    fake.summaries.set(broken.id, { ...summary(1), score: undefined as never });
    fake.answerFields = async (people) => {
      if (people.some(({ score }) => score === undefined)) throw new Error('bug');
      return people.map(({ recordId }) => ({ outcome: 'written', crmId: recordId }));
    };
    await scored(one.ctx, broken.id);
    await scored(two.ctx, fine.id);
    await write();
    const rows = await two.ctx.db.selectFrom('crmWrite').select(['tenantId', 'state']).execute();
    expect(rows.find((row) => row.tenantId === two.ctx.tenantId)?.state).toBe('written');
    expect(rows.find((row) => row.tenantId === one.ctx.tenantId)?.state).toBe('pending');
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
