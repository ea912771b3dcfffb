import type { EventData } from '@salesos/shared/events.ts';
import { describe, expect, it } from 'vitest';
import { eventsNamed } from '../../testing/events.ts';
import { startTestSystem } from '../../testing/system.ts';
import { personFromCrm } from '../contacts/contacts.harness.ts';
import { deleteByRecord, mergeRecords, saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { engagementOf, lastEngagedAt, listEngagement } from './index.ts';
import { reactions } from './wakeups.ts';

const world = await startTestSystem({ reactions });
const now = () => world.system.clock.now();

const save = (ctx: Ctx, recordId: string) => {
  const person = personFromCrm(recordId, { addresses: [`p${recordId}@example.com`], firstName: 'Kim' });
  return saveFromCrm(ctx, 'hubspot', person, now());
};

const about = (contactId: string): EventData<'email.replied'> => ({
  contactId,
  messageId: newId(now()),
  mailboxId: newId(now()),
  enrollmentId: null,
  stepIndex: null,
  inboundId: newId(now()),
  repliedAt: now().toISOString(),
});
const opened = (ctx: Ctx, contactId: string, evidence: 'human' | 'likely' | 'machine') =>
  emit(ctx, 'email.opened', { ...about(contactId), evidence, openedAt: now().toISOString() });
const changes = async (ctx: Ctx) => (await eventsNamed(ctx, 'engagement.changed')).map(({ contactId }) => contactId);

describe('the record of what a person did', () => {
  it('keeps opens, clicks and replies with their grade, and announces what a person surely did', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, '1');
    await opened(ctx, id, 'machine');
    await world.runJobs();
    expect(await changes(ctx)).toEqual([]);
    expect(await lastEngagedAt(ctx, id)).toBeNull();
    await opened(ctx, id, 'human');
    await emit(ctx, 'email.clicked', {
      ...about(id),
      evidence: 'likely',
      clickedAt: now().toISOString(),
      url: 'https://example.com',
    });
    await emit(ctx, 'email.replied', about(id));
    await world.runJobs();
    const kept = await listEngagement(ctx, id, now());
    expect(kept.map(({ kind, evidence }) => `${kind} ${evidence}`).sort()).toEqual([
      'click likely',
      'open human',
      'open machine',
      'reply human',
    ]);
    expect(await changes(ctx)).toEqual([id, id]);
    expect(await lastEngagedAt(ctx, id)).toEqual(now());
  });

  it('takes the subject of the mail as label', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, '1');
    const fact = about(id);
    await ctx.db
      .insertInto('message')
      .values({
        tenantId: ctx.tenantId,
        id: fact.messageId,
        mailboxId: fact.mailboxId,
        contactId: id,
        enrollmentId: null,
        stepIndex: null,
        templateId: null,
        templateVersion: null,
        variables: '{}',
        content: null,
        toAddress: 'p1@example.com',
        subject: 'Quick question',
        state: 'sent',
        notBefore: now(),
        sendWindow: null,
        repliesSince: null,
        whyWaiting: null,
        trackingLevel: 'full',
        trackingToken: newId(now()),
        messageIdHeader: '<1@example.com>',
        inReplyTo: null,
        claimId: null,
        claimedUntil: null,
        replyCheck: null,
        intentAt: null,
        sentAt: now(),
        providerMessageId: null,
        providerThreadId: null,
        wireMessageId: null,
        failureCode: null,
        failureReason: null,
        createdAt: now(),
      })
      .execute();
    await emit(ctx, 'email.replied', fact);
    await world.runJobs();
    expect(await listEngagement(ctx, id, now())).toMatchObject([{ label: 'Quick question' }]);
  });

  it('is one entry when the reaction runs twice', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, '1');
    const fact = { id: newId(now()), name: 'email.replied' as const, data: about(id), at: now() };
    const reaction = reactions.find((each) => each.subscriber === 'engagement.record-reply')!;
    await reaction.run(ctx, fact);
    await reaction.run(ctx, fact);
    expect(await listEngagement(ctx, id, now())).toHaveLength(1);
    expect(await changes(ctx)).toEqual([id]);
  });

  it('is read up to the moment asked for', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, '1');
    const before = new Date(now().getTime() - 1000);
    await opened(ctx, id, 'human');
    await world.runJobs();
    expect(await listEngagement(ctx, id, before)).toEqual([]);
    expect(await engagementOf(ctx, [id], before)).toEqual(new Map([[id, []]]));
  });

  it('follows a merge, also for what is told about the old record afterwards', async () => {
    const ctx = await world.tenant();
    const [kept, merged] = [await save(ctx, '1'), await save(ctx, '2')];
    await opened(ctx, merged.id, 'human');
    await world.runJobs();
    await mergeRecords(ctx, 'hubspot', '1', ['2']);
    await world.runJobs();
    await opened(ctx, merged.id, 'human');
    await world.runJobs();
    expect(await listEngagement(ctx, kept.id, now())).toHaveLength(2);
    expect(await listEngagement(ctx, merged.id, now())).toEqual([]);
    expect(await changes(ctx)).toEqual([merged.id, kept.id, kept.id]);
  });

  it('goes with an erased person and stays so, and outlives a deletion that can be undone', async () => {
    const ctx = await world.tenant();
    const [erased, deleted] = [await save(ctx, '1'), await save(ctx, '2')];
    for (const { id } of [erased, deleted]) await opened(ctx, id, 'human');
    await world.runJobs();
    await deleteByRecord(ctx, 'hubspot', '1', 'erased');
    await deleteByRecord(ctx, 'hubspot', '2', 'deleted');
    await world.runJobs();
    await opened(ctx, erased.id, 'human');
    await world.runJobs();
    expect(await listEngagement(ctx, erased.id, now())).toEqual([]);
    expect(await listEngagement(ctx, deleted.id, now())).toHaveLength(1);
  });

  it('is not seen by another tenant', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant('Other')];
    const { id } = await save(ctx, '1');
    await opened(ctx, id, 'human');
    await world.runJobs();
    expect(await listEngagement(other, id, now())).toEqual([]);
    expect(await lastEngagedAt(other, id)).toBeNull();
  });
});
