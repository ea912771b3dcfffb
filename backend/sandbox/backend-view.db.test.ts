import { expect, test } from 'vitest';
import { recordDecisions } from '../src/core/decisions.ts';
import { emit } from '../src/core/events.ts';
import { newId } from '../src/core/ids.ts';
import { addContact, addMailbox, addMessage } from '../testing/fixtures.ts';
import { monday, startTestSystem } from '../testing/system.ts';
import { readLog, readNextDue } from './backend-view.ts';

const world = await startTestSystem();
const ctx = await world.tenant();
const contactId = await addContact(ctx);
const mailboxId = await addMailbox(ctx);
await ctx.db
  .insertInto('contactRecord')
  .values({ tenantId: ctx.tenantId, crm: 'hubspot', recordId: '101', objectType: '0-1', contactId })
  .execute();

test('with nothing planned nothing is due', async () => {
  expect(await readNextDue(world.system)).toBeNull();
});

test('facts and decisions are told in sentences, newest first, with the CRM’s record', async () => {
  await emit(ctx, 'contact.opted_out', { contactId, source: 'one_click' });
  await world.advance(60);
  await recordDecisions(ctx, {
    subject: 'email.send',
    subjectId: newId(ctx.clock.now()),
    contactId,
    outcome: 'not_sent',
    reason: 'This person has unsubscribed.',
    ruleVersion: '1',
    inputs: {},
  });
  expect(await readLog(world.system)).toMatchObject([
    { name: 'email.send', sentence: 'Decided: not sent.', why: 'This person has unsubscribed.', recordId: '101' },
    { name: 'contact.opted_out', sentence: 'Kim unsubscribed.', why: null, recordId: '101' },
  ]);
});

test('a planned mail is what is due next, at its own time', async () => {
  const notBefore = new Date(monday.getTime() + 86_400_000);
  await addMessage(ctx, { contactId, mailboxId, notBefore });
  expect(await readNextDue(world.system)).toEqual({ at: notBefore, what: 'A mail to Kim' });
});

test('a step that comes before the mail is due first', async () => {
  const sequenceId = newId(ctx.clock.now());
  const nextStepAt = new Date(monday.getTime() + 3_600_000);
  const now = ctx.clock.now();
  await ctx.db
    .insertInto('sequence')
    .values({
      tenantId: ctx.tenantId,
      id: sequenceId,
      name: 'Intro',
      status: 'published',
      publishedVersion: 1,
      createdAt: now,
    })
    .execute();
  await ctx.db
    .insertInto('enrollment')
    .values({
      tenantId: ctx.tenantId,
      id: newId(now),
      sequenceId,
      sequenceVersion: 1,
      contactId,
      mailboxId,
      status: 'active',
      stepIndex: 1,
      nextStepAt,
      whyWaiting: null,
      pauseReason: null,
      pausedUntil: null,
      stopReason: null,
      source: 'card',
      startedBy: 'Robin',
      startedAt: now,
      endedAt: null,
    })
    .execute();
  expect(await readNextDue(world.system)).toEqual({ at: nextStepAt, what: 'The next step of “Intro” for Kim' });
});

test('a mail whose sender died is due when its claim ends', async () => {
  const id = await addMessage(ctx, { contactId, mailboxId });
  const claimedUntil = new Date(monday.getTime() + 60_000);
  await ctx.db
    .updateTable('message')
    .set({ state: 'claimed', claimedUntil })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .execute();
  expect(await readNextDue(world.system)).toEqual({ at: claimedUntil, what: 'A mail to Kim' });
});
