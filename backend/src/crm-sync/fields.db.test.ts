import { describe, expect, it } from 'vitest';
import { eventData } from '../../testing/events.ts';
import { syncProblems } from './index.ts';
import { always, busy, refused, startWritingWorld, summary } from './writing.harness.ts';

const world = await startWritingWorld();
const { fake, install, know, scored, write } = world;

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
    expect(await eventData(ctx, 'sync.recovered')).toMatchObject([{ contactId: id, crm: 'crm', what: 'fields' }]);
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
