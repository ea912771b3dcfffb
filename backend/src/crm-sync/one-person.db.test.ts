/** What happens to a person in one CRM counts for the enrollment that was begun from the other. */

import { sequenceDefinition } from '@salesos/shared/sequence.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerSamePerson, samePersonQuestions } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { upsertMailbox } from '../email/mailboxes/mailbox-queries.ts';
import { createSequence, enroll, listEnrollments, publishSequence } from '../sequences/index.ts';
import { jobs, reactions } from '../sequences/wakeups.ts';
import { updateTenant } from '../tenants/index.ts';
import { startCrmWorld } from './fake-crm.harness.ts';
import { ensureContact, takeNotices } from './index.ts';

const world = await startCrmWorld({ jobs, reactions });
const { fake, install, notice, system, wake } = world;
beforeEach(() => world.reset());

const kim = { addresses: ['kim@example.com'] };
const ask = (ctx: Ctx, crm: string, recordId: string) => ensureContact(ctx, { crm, objectType: 'contact', recordId });
const work = async () => {
  for (const name of ['read', 'write']) {
    await world.runJobs();
    await wake(name);
  }
  await world.runJobs();
};

/** Kim is enrolled from the card of `crm`, and has a record `a` in `other` too. */
async function enrolled() {
  const here = await install();
  const there = await install(undefined, 'other', here.ctx.tenantId);
  const { ctx } = here;
  await updateTenant(ctx, { postalAddress: '1 Main Street' });
  fake.add('1', kim);
  fake.add('a', kim);
  const { id: contactId } = await ask(ctx, 'crm', '1');
  await upsertMailbox(ctx, {
    vendor: 'google',
    address: 'rep@acme.test',
    displayName: 'Rep',
    ownerMemberId: null,
    dailyCap: 100,
    spacingSeconds: 90,
    timeZone: 'UTC',
    cursor: '1',
  });
  const definition = sequenceDefinition.parse({ steps: [{ kind: 'task', title: 'Call', note: '' }] });
  const { id: sequenceId } = await createSequence(ctx, { name: 'First contact', description: '', definition });
  await publishSequence(ctx, sequenceId);
  await enroll(ctx, { contactId, sequenceId, source: 'card' });
  await world.runJobs();
  return { ctx, here, there, contactId };
}
const states = async (ctx: Ctx, contactId: string) =>
  (await listEnrollments(ctx, { contactId, before: null, limit: 10 })).map(
    ({ status, stopReason }) => `${status} ${stopReason}`,
  );

describe('an enrollment begun in one CRM', () => {
  it('stops when the other CRM says that the person opted out', async () => {
    const { ctx, there, contactId } = await enrolled();
    await ask(ctx, 'other', 'a');
    await world.advance(1);
    fake.add('a', { ...kim, optedOut: true });
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'changed', recordId: 'a' })]);
    await work();
    expect(await states(ctx, contactId)).toEqual(['stopped opted_out']);
  });

  it('stops when a record that is found only now says so', async () => {
    const { ctx, contactId } = await enrolled();
    fake.add('a', { ...kim, optedOut: true });
    await ask(ctx, 'other', 'a');
    await work();
    expect(await states(ctx, contactId)).toEqual(['stopped opted_out']);
  });

  it('stops when an admin says that somebody who opted out is the same person', async () => {
    const { ctx, contactId } = await enrolled();
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    fake.add('a', { addresses: ['kim@example.com', 'kim@home.example'], optedOut: true });
    await ask(ctx, 'other', 'a');
    await work();
    const [question] = await samePersonQuestions(ctx);
    await answerSamePerson(ctx, { questionId: question!.id, isSame: true });
    await work();
    expect(await states(ctx, contactId)).toEqual(['stopped opted_out']);
  });

  it('stops with a reply that was matched to the person, whichever CRM they were met in', async () => {
    const { ctx } = await enrolled();
    const contact = await ask(ctx, 'other', 'a');
    const about = { messageId: newId(system.clock.now()), mailboxId: newId(system.clock.now()) };
    const when = system.clock.now().toISOString();
    const reply = {
      ...about,
      enrollmentId: null,
      stepIndex: null,
      inboundId: newId(system.clock.now()),
      repliedAt: when,
    };
    await emit(ctx, 'email.replied', { contactId: contact.id, ...reply });
    await work();
    await work();
    expect(await states(ctx, contact.id)).toEqual(['stopped replied']);
    expect(
      fake.mails
        .flat()
        .map(({ recordId }) => recordId)
        .sort(),
    ).toEqual(['1', 'a']);
  });

  it('stops with a reply of somebody with the same address whom no admin has called the same person yet', async () => {
    const { ctx, contactId } = await enrolled();
    await updateTenant(ctx, { samePersonPolicy: 'confirmed' });
    const like = await ask(ctx, 'other', 'a');
    expect(like.id).not.toBe(contactId);
    const ids = { messageId: newId(system.clock.now()), mailboxId: newId(system.clock.now()) };
    const inbound = { inboundId: newId(system.clock.now()), repliedAt: system.clock.now().toISOString() };
    await emit(ctx, 'email.replied', { contactId: like.id, ...ids, enrollmentId: null, stepIndex: null, ...inbound });
    await work();
    expect(await states(ctx, contactId)).toEqual(['stopped replied']);
  });

  it('goes on while one of the records is left, and stops with the last', async () => {
    const { ctx, here, there, contactId } = await enrolled();
    await ask(ctx, 'other', 'a');
    fake.people.clear();
    await takeNotices(system, 'crm', [notice(here.accountId, { kind: 'deleted', recordId: '1' })]);
    await world.runJobs();
    expect(await states(ctx, contactId)).toEqual(['active null']);
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'deleted', recordId: 'a' })]);
    await world.runJobs();
    expect(await states(ctx, contactId)).toEqual(['stopped deleted']);
  });

  it('stops with an erasure in either CRM', async () => {
    const { ctx, there, contactId } = await enrolled();
    await ask(ctx, 'other', 'a');
    await takeNotices(system, 'other', [notice(there.accountId, { kind: 'erased', recordId: 'a' })]);
    await world.runJobs();
    expect(await states(ctx, contactId)).toEqual(['stopped deleted']);
  });
});
