import { settingsView } from '@salesos/shared/cards.ts';
import { beforeEach, expect, test } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../testing/fixtures.ts';
import { type Customer, startApi } from './api.harness.ts';

const on = await startApi();
let acme: Customer;
let mailboxId: string;
let keys = 0;

beforeEach(async () => {
  acme = await on.customer();
  mailboxId = await addMailbox(acme.ctx);
});

const ask = () => ({ mailboxId, idempotencyKey: `m${++keys}` });
const rep = { userId: '8', userEmail: 'rep@acme.example' };
const card = (path: string, who: object = {}, body: object = ask()) =>
  on.signed(path, body, { accountId: acme.accountId, ...who });
const sentenceOf = (by: string) => `Paused by ${by}. Its mails wait until it is resumed; replies are still read.`;

test('a mailbox is paused and resumed with an API key; pausing it twice is pausing it once', async () => {
  const contactId = await addContact(acme.ctx);
  const messageId = await addMessage(acme.ctx, { contactId, mailboxId });
  const act = (what: string) => on.call(acme.key, 'POST', `/v1/mailboxes/${mailboxId}/${what}`);
  for (let n = 0; n < 2; n++) {
    const { status, body } = await act('pause');
    expect([status, body.status, body.sentence]).toEqual([200, 'paused', sentenceOf('test')]);
  }
  const { body: events } = await on.call(acme.key, 'GET', '/v1/events?type=mailbox.limited');
  expect(events.data).toMatchObject([{ data: { mailboxId, cause: 'by_hand', reason: sentenceOf('test') } }]);
  const { body: mail } = await on.call(acme.key, 'GET', `/v1/emails/${messageId}`);
  expect(mail.whyWaiting).toBe(`robin@sender.example is paused. ${sentenceOf('test')}`);
  const { body: settings } = await on.call(acme.key, 'GET', '/v1/settings');
  expect(settings.checklist).toContainEqual({
    done: false,
    sentence: 'Resume a mailbox: nothing is sent while it is paused.',
  });
  expect((await act('resume')).body.status).toBe('connected');

  await act('disconnect');
  const refused = await act('pause');
  expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
    409,
    'mailbox_disconnected',
    'robin@sender.example was disconnected.',
  ]);
});

test('an admin may pause any mailbox, its owner their own, a colleague neither', async () => {
  const paused = await card('/cards/mailboxes/pause');
  expect(settingsView.parse(paused.body).mailboxes).toMatchObject([
    { status: 'paused', sentence: sentenceOf('admin@acme.example') },
  ]);
  const once = ask();
  for (let n = 0; n < 2; n++)
    expect((await card('/cards/mailboxes/resume', {}, once)).body.mailboxes).toMatchObject([{ status: 'connected' }]);

  const refused = await card('/cards/mailboxes/pause', rep);
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  const { id: ownerMemberId } = await acme.ctx.db
    .selectFrom('member')
    .select('id')
    .where('tenantId', '=', acme.ctx.tenantId)
    .where('email', '=', rep.userEmail)
    .executeTakeFirstOrThrow();
  await acme.ctx.db.updateTable('mailbox').set({ ownerMemberId }).where('id', '=', mailboxId).execute();
  expect((await card('/cards/mailboxes/pause', rep)).body.mailboxes).toMatchObject([{ status: 'paused' }]);
});

test('it is paused from Salesforce and from Pipedrive too', async () => {
  const org = await on.addOrg(acme);
  const { body: inSalesforce } = await on.fromApex('/cards/mailboxes/pause', ask(), org, { isAdmin: true });
  expect(inSalesforce.mailboxes).toMatchObject([{ status: 'paused', sentence: sentenceOf('Sam Ödegård') }]);

  await card('/cards/mailboxes/resume');
  const accountId = '7001';
  await on.alsoConnect(acme, 'pipedrive', accountId);
  const session = { accountId, records: { objectType: 'person', recordIds: [] } };
  const { body: inPipedrive } = await on.inSession('/cards/mailboxes/pause', ask(), session);
  expect(inPipedrive.mailboxes).toMatchObject([{ status: 'paused', sentence: sentenceOf('admin@acme.example') }]);
});
