import { expect, test } from 'vitest';
import { startWritingWorld } from './writing.harness.ts';

const world = await startWritingWorld();
const { fake, install, know, replied, sent, write } = world;
const kim = { addresses: ['kim@example.com'] };

test('a mail that went to one CRM as a blind copy is logged in the others only, and its reply in all', async () => {
  const { ctx } = await install();
  await install(undefined, 'other', ctx.tenantId);
  const { id } = await know(ctx, '1', 'crm', kim);
  await know(ctx, 'a', 'other', kim);
  const copied = await sent(ctx, id);
  fake.copied.set(copied, 'crm');
  const plain = await sent(ctx, id);
  const inboundId = await replied(ctx, id, copied);
  for (let turn = 0; turn < 5; turn++) await write();
  const logged = fake.mails.flat().map(({ key, recordId }) => `${recordId} ${key}`);
  const expected = [`a ${copied}`, `1 ${plain}`, `a ${plain}`, `1 ${inboundId}`, `a ${inboundId}`];
  expect(logged.sort()).toEqual(expected.sort());
  await world.advance(86_400);
  for (let turn = 0; turn < 5; turn++) await write();
  expect(fake.mails.flat()).toHaveLength(5);
});
