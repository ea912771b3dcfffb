import { beforeAll, beforeEach, expect, test } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets } from '../../core/ctx.ts';
import { listDecisions } from '../../core/decisions.ts';
import type { OutgoingMail, SendResult } from '../mailbox.ts';
import { eraseMail } from '../reading/inbound-queries.ts';
import { createDelivery } from './deliver.ts';
import { getMessageRow, listMessageRows } from './message-queries.ts';
import type { NewMessage } from './messages.ts';
import { settleLapsed } from './settle.ts';

let world: TestSystem;
let ctx: Ctx;
let handed: OutgoingMail[];
let refusal: string | null;
let provider: ReturnType<typeof createModelProvider>;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets });
});
beforeEach(async () => {
  ctx = await world.tenant();
  [handed, refusal] = [[], null];
  provider = createModelProvider(world.system.clock);
  sockets.mailboxes.set('model', {
    ...provider.vendor,
    async send(account, mail): Promise<SendResult> {
      handed.push(mail);
      const result = await provider.vendor.send(account, mail);
      return result.outcome === 'sent' && refusal ? { ...result, copyRefused: refusal } : result;
    },
  });
});

const copyTo = 'acme+person1@copies.example';
const copied = { trackingLevel: 'none', copyCrm: 'pipedrive', copyTo } as const;
async function send(more: Partial<NewMessage> = copied): Promise<string> {
  const id = await addMessage(ctx, { contactId: await addContact(ctx), mailboxId: await addMailbox(ctx), ...more });
  await createDelivery().run(world.system);
  return id;
}
const decided = async (subject: string, subjectId: string) =>
  (await listDecisions(ctx, { subjectId, before: null, limit: 10 })).filter((decision) => decision.subject === subject);

test('a mail with a copy names it nowhere, is not tracked, and says why', async () => {
  const id = await send();
  expect(handed).toMatchObject([{ to: 'kim@prospect.example', copyTo }]);
  expect(handed[0]!.raw.toString()).not.toMatch(/bcc|copies\.example|\/t\/[oc]\//i);
  expect(await getMessageRow(ctx, id)).toMatchObject({ state: 'sent', copyCrm: 'pipedrive', copyTo });
  expect(await decided('email.send', id)).toMatchObject([
    { outcome: 'sent', reason: expect.stringContaining('It is not tracked'), inputs: { copyCrm: 'pipedrive' } },
  ]);
});

test('of an erased person the address of the copy goes too', async () => {
  const other = await world.tenant();
  const { contactId } = (await getMessageRow(ctx, await send()))!;
  const erased = async () => (await listMessageRows(ctx, { contactId, before: null, limit: 1 }))[0]!.copyTo === null;
  await eraseMail(other, contactId);
  expect(await erased()).toBe(false);
  await eraseMail(ctx, contactId);
  expect(await erased()).toBe(true);
});

test('a mail without one is as it always was', async () => {
  const id = await send({});
  expect(handed).toMatchObject([{ copyTo: null }]);
  expect((await decided('email.send', id))[0]!.reason).not.toContain('copy');
});

test('a copy that the server refused is noted before the mail counts as sent, with a reason', async () => {
  refusal = '550 5.1.1 No such user';
  const id = await send();
  expect(await getMessageRow(ctx, id)).toMatchObject({ state: 'sent', copyCrm: null, copyTo: null });
  expect(await decided('email.copy', id)).toMatchObject([{ outcome: 'refused', inputs: { answer: refusal } }]);
});

test('a request that was lost is sent once more, with the same copy', async () => {
  provider.behaviours.push('lose_request');
  const id = await send();
  for (let tries = 0; tries < 3; tries++) {
    await world.advance(121);
    await settleLapsed(world.system);
    await createDelivery().run(world.system);
  }
  expect(handed.map((mail) => mail.copyTo)).toEqual([copyTo, copyTo]);
  expect(provider.sent).toHaveLength(1);
  expect(await getMessageRow(ctx, id)).toMatchObject({ state: 'sent', copyCrm: 'pipedrive' });
});
