import { expect, test } from 'vitest';
import { saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';

const world = await startCrmWorld();
const { fake, install } = world;
const now = () => world.system.clock.now();
const mailboxId = '0192f0aa-0000-7000-8000-0000000000a1';
const know = (ctx: Ctx, recordId: string, crm = 'crm') =>
  saveFromCrm(ctx, crm, { ...person(recordId), addresses: ['kim@example.com'] }, now());
async function sent(ctx: Ctx, contactId: string): Promise<string> {
  await world.advance(1);
  const messageId = newId(now());
  const fact = { contactId, messageId, mailboxId, enrollmentId: null, stepIndex: null, sentAt: now().toISOString() };
  await emit(ctx, 'email.sent', fact);
  return messageId;
}
const write = async () => {
  await world.runJobs();
  await world.wake('write');
  await world.runJobs();
};

test('a mail that went to one CRM as a blind copy is logged in the others only, and its reply in all', async () => {
  const { ctx } = await install();
  await install(undefined, 'other', ctx.tenantId);
  const { id } = await know(ctx, '1');
  await know(ctx, 'a', 'other');
  const copied = await sent(ctx, id);
  fake.copied.set(copied, 'crm');
  const plain = await sent(ctx, id);
  const inboundId = newId(now());
  const reply = { contactId: id, messageId: copied, mailboxId, enrollmentId: null, stepIndex: null, inboundId };
  await emit(ctx, 'email.replied', { ...reply, repliedAt: now().toISOString() });
  for (let turn = 0; turn < 5; turn++) await write();
  const logged = fake.mails.flat().map(({ key, recordId }) => `${recordId} ${key}`);
  const expected = [`a ${copied}`, `1 ${plain}`, `a ${plain}`, `1 ${inboundId}`, `a ${inboundId}`];
  expect(logged.sort()).toEqual(expected.sort());
  await world.advance(86_400);
  for (let turn = 0; turn < 5; turn++) await write();
  expect(fake.mails.flat()).toHaveLength(5);
});
