import { describe, expect, test, vi } from 'vitest';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import { isDrafting, isRemoving, isSending, outlookForEachTest } from './outlook.harness.ts';

const outlook = outlookForEachTest();
const { drafts, find, send, sent } = outlook;

describe('between draft and send', () => {
  test('a crash leaves a draft that is removed before it is called absent; the next try sends once', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    expect(await send(mail)).toMatchObject({ outcome: 'unknown' });
    expect(drafts()).toHaveLength(1);
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
    expect(drafts()).toHaveLength(1);
    outlook.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
    expect(drafts()).toEqual([]);
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(outlook.fake.timesAccepted(mail.messageIdHeader)).toBe(1);
  });

  test('a draft that leaves while it is being removed is not absent', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    outlook.clock.advance(660);
    const notFound = JSON.stringify({ error: { code: 'ErrorItemNotFound', message: 'x' } });
    outlook.fake.faults.next({ kind: 'status', status: 404, body: notFound, match: isRemoving });
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
  });

  test('a draft that the rep threw away is removed for good: it could be sent from there', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    const id = drafts()[0]?.immutableId ?? '';
    outlook.fake.trashMessage(repAddress, id);
    outlook.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
    expect(await outlook.mailbox.readSent(outlook.account, id)).toBeNull();
    expect((await outlook.mailbox.send(outlook.account, mail)).outcome).toBe('sent');
  });

  test('a draft that did not get its mark is not sent, and is tidied', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'status', status: 500, body: '', match: ({ method }) => method === 'PATCH' });
    expect(await send(mail)).toMatchObject({ outcome: 'deferred' });
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(sent()).toHaveLength(1);
    expect(drafts()).toEqual([]);
  });

  test('a draft that cannot be removed is not absent', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    outlook.clock.advance(660);
    outlook.fake.faults.next({ kind: 'status', status: 503, body: '', match: isRemoving });
    await expect(find(mail)).rejects.toMatchObject({ code: 'outlook_unavailable' });
  });

  test('what the rep moved out of Drafts unsent is left for a person', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    outlook.fake.moveMessage(repAddress, drafts()[0]?.immutableId ?? '', 'archive');
    outlook.clock.advance(660);
    expect(await find(mail)).toMatchObject({ outcome: 'unclear' });
  });

  test('a send that arrives after the draft was removed sends nothing', async () => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'reset-before', match: isSending });
    await send(mail);
    const late = `${outlook.url}/v1.0/me/messages/${drafts()[0]?.immutableId}/send`;
    outlook.clock.advance(660);
    await find(mail);
    const headers = { authorization: `Bearer ${await outlook.account.token()}`, 'content-length': '0' };
    expect((await fetch(late, { method: 'POST', headers })).status).toBe(404);
    expect(sent()).toEqual([]);
  });

  test('a process that was held up in between does not send: another may be looking for the draft', async () => {
    const mail = outgoing();
    const time = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValueOnce(60_001);
    expect(await send(mail)).toMatchObject({ outcome: 'unknown' });
    time.mockRestore();
    expect(sent()).toEqual([]);
    outlook.clock.advance(660);
    expect(await find(mail)).toEqual({ outcome: 'absent' });
  });

  test.each([
    ['breaks off', { kind: 'reset-after-accept' }],
    ['never comes', { kind: 'timeout-after-accept' }],
    ['is cut short', { kind: 'truncate-after-accept' }],
    ['is an error page', { kind: 'status', status: 502, body: '<html>' }],
  ] as const)(
    'when the answer to the draft %s nothing can have left: deferred, and tidied by the next try',
    async (_, fault) => {
      const mail = outgoing();
      outlook.fake.faults.next({ ...fault, match: isDrafting });
      expect(await send(mail)).toMatchObject({ outcome: 'deferred', retryAfterSeconds: expect.any(Number) });
      expect(sent()).toEqual([]);
      expect(await send(mail)).toMatchObject({ outcome: 'sent' });
      expect(sent()).toHaveLength(1);
      expect(drafts()).toEqual([]);
    },
  );

  test.each([
    ['throttled', { status: 429, body: JSON.stringify({ error: { code: 'ApplicationThrottled', message: 'x' } }) }],
    ['refused by a proxy', { status: 407, body: '<html>' }],
    ['too late: the rep deleted the draft', { status: 404, body: '' }],
  ])('a send that is %s defers, and no draft is left behind in the end', async (_, fault) => {
    const mail = outgoing();
    outlook.fake.faults.next({ kind: 'status', ...fault, retryAfter: '30', match: isSending });
    expect(await send(mail)).toMatchObject({ outcome: 'deferred', retryAfterSeconds: 30 });
    outlook.clock.advance(30);
    expect(await send(mail)).toMatchObject({ outcome: 'sent' });
    expect(drafts()).toEqual([]);
    expect(outlook.fake.timesAccepted(mail.messageIdHeader)).toBe(1);
  });

  test('a rejected mail leaves no draft', async () => {
    expect(await send(outgoing({ to: 'nobody at all' }))).toMatchObject({
      outcome: 'rejected',
      code: 'ErrorInvalidRecipients',
    });
    expect(drafts()).toEqual([]);
  });

  test("the rep's own drafts are left alone", async () => {
    const write = { authorization: `Bearer ${await outlook.account.token()}`, 'content-type': 'text/plain' };
    const body = Buffer.from('Subject: mine\r\n\r\nx').toString('base64');
    await fetch(`${outlook.url}/v1.0/me/messages`, { method: 'POST', headers: write, body });
    await send(outgoing());
    outlook.clock.advance(3600);
    await find(outgoing({ id: 2 }));
    expect(drafts()).toHaveLength(1);
  });

  test('no POST is ever repeated, whatever the answer', async () => {
    for (const status of [429, 503, 504]) {
      outlook.fake.faults.next({ kind: 'status', status, body: '', retryAfter: '1', match: isSending });
      await send(outgoing({ id: status }));
      outlook.clock.advance(2);
    }
    const posts = outlook.fake.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/send'));
    expect(posts).toHaveLength(3);
  });
});
