import { describe, expect, it } from 'vitest';
import { eventData } from '../../testing/events.ts';
import { VendorError } from '../core/http.ts';
import { newId } from '../core/ids.ts';
import { syncProblems } from './index.ts';
import { claimWrites, takeBackLapsed } from './write-queries.ts';
import { always, busy, refused, startWritingWorld } from './writing.harness.ts';

const world = await startWritingWorld();
const { fake, install, know, mailKeys, now, replied, sent, system, wake, write } = world;

describe('mails on the timeline', () => {
  it('a sent mail and its reply appear once each, with words that count no opens', async () => {
    const { ctx } = await install();
    const { id } = await know(ctx, '1');
    const messageId = await sent(ctx, id);
    const inboundId = await replied(ctx, id, messageId);
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
    await know(ctx, 'a', 'other', { addresses: ['p1@example.com'] });
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
    expect(mailKeys().sort()).toEqual([first, third].sort());
    await world.advance(120);
    fake.answerMails = always({ outcome: 'written', crmId: 'x' });
    await write();
    await write();
    expect(mailKeys().slice(2)).toEqual([first, second]);
  });

  it('are claimed by one of two workers', async () => {
    const { ctx } = await install();
    const expected = [];
    for (const recordId of ['1', '2', '3', '4']) expected.push(await sent(ctx, (await know(ctx, recordId)).id));
    await Promise.all([wake('write'), wake('write'), wake('write')]);
    expect(mailKeys().sort()).toEqual(expected.sort());
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
    expect(await eventData(ctx, 'sync.failed')).toEqual([]);
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
    expect(await eventData(ctx, 'sync.failed')).toMatchObject([{ contactId: id, what: 'email' }]);
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
    expect(mailKeys()).toEqual([second]);
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
