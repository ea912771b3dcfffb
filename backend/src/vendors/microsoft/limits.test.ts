import { describe, expect, test } from 'vitest';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import type { OutgoingMail } from '../../email/mailbox.ts';
import { accountOf } from './mailbox.harness.ts';
import { outlookForEachTest } from './outlook.harness.ts';

const outlook = outlookForEachTest();
const { send, sent } = outlook;

describe('limits of Outlook', () => {
  test('30 mails use up the minute; the next is deferred without a draft, and goes a minute later', async () => {
    for (let id = 0; id < 30; id += 1) expect(await send(outgoing({ id }))).toMatchObject({ outcome: 'sent' });
    const before = outlook.fake.requests.length;
    expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 60 });
    expect(outlook.fake.requests).toHaveLength(before);
    outlook.clock.advance(60);
    expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'sent' });
  });

  test.each([429, 503] as const)(
    "mails of another program count too: Outlook's own limit (%i) defers",
    async (status) => {
      outlook.fake.settings.throttleStatus = status;
      const other = await startOther();
      for (let id = 0; id < 30; id += 1) await other(outgoing({ id }));
      expect(await send(outgoing({ id: 30 }))).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 60 });
      expect(sent()).toHaveLength(30);
    },
  );

  test('never more than four calls at once, and all of them are made', async () => {
    outlook.fake.settings.answerMilliseconds = 5;
    const { cursor } = await outlook.listNew(null);
    for (let n = 0; n < 12; n += 1) outlook.fake.deliver(repAddress, Buffer.from(`Subject: ${n}\r\n\r\n`));
    const [first, second, ...results] = await Promise.all([
      outlook.listNew(cursor),
      outlook.listNew(cursor),
      ...[1, 2, 3].map((id) => send(outgoing({ id }))),
    ]);
    expect([first.mails.length, second.mails.length]).toEqual([12, 12]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent']);
    expect(outlook.fake.mostCallsAtOnce(repAddress)).toBe(4);
  });

  test('nothing is asked before the time that Retry-After named, and other mailboxes go on', async () => {
    const throttled = JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'x' } });
    outlook.fake.faults.next({ kind: 'status', status: 429, body: throttled, retryAfter: '90' });
    await expect(outlook.mailbox.profile(outlook.account)).rejects.toMatchObject({ retryAfterSeconds: 90 });
    const before = outlook.fake.requests.length;
    outlook.clock.advance(60);
    expect(await send(outgoing())).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 30 });
    expect(outlook.fake.requests).toHaveLength(before);
    outlook.fake.addMailbox('liam@northwind.example', 'Liam');
    const other = accountOf(outlook.started, undefined, 'liam@northwind.example');
    expect((await outlook.mailbox.profile(other)).displayName).toBe('Liam');
    outlook.clock.advance(30);
    expect(await send(outgoing())).toMatchObject({ outcome: 'sent' });
  });

  test('a mail that is too large is rejected', async () => {
    await outlook.started.close();
    await outlook.start({ timeoutSeconds: 10 });
    const body = Buffer.alloc(4 * 1024 * 1024, 'x');
    expect(await send(outgoing({ body }))).toMatchObject({ outcome: 'rejected', code: 'ErrorMessageSizeExceeded' });
  });
});

describe('a token that is not ours to use', () => {
  test.each([
    ['too narrow to draft', ['User.Read', 'Mail.Read', 'Mail.Send']],
    ['too narrow to send', ['User.Read', 'Mail.ReadWrite']],
    ['for another audience', ['https://outlook.office.com/Mail.ReadWrite']],
  ])('%s: the mailbox must be connected again', async (_, scopes) => {
    outlook.account = accountOf(outlook.started, scopes);
    expect(await send(outgoing())).toMatchObject({ outcome: 'disconnected' });
    expect(sent()).toEqual([]);
  });
});

/** Another program that sends from the same mailbox. */
async function startOther() {
  const base = `${outlook.url}/v1.0/me/messages`;
  const authorization = `Bearer ${await outlook.account.token()}`;
  return async (mail: OutgoingMail) => {
    const headers = { authorization, 'content-type': 'text/plain', prefer: 'IdType="ImmutableId"' };
    const draft = await fetch(base, { method: 'POST', headers, body: mail.raw.toString('base64') });
    const { id } = (await draft.json()) as { id: string };
    await fetch(`${base}/${id}/send`, { method: 'POST', headers: { authorization, 'content-length': '0' } });
  };
}
