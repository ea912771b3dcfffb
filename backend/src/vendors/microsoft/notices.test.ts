import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { accountOf, type StartedMicrosoft, startMicrosoft } from './mailbox.harness.ts';
import { clientStateOf, watchMinutes } from './subscriptions.ts';

let started: StartedMicrosoft;
let account: MailboxAccount;
beforeEach(async () => {
  started = await startMicrosoft();
  account = accountOf(started);
});
afterEach(() => started.close());

const watch = () => started.microsoft.mailbox.watch(account);
const arrive = () => started.fake.deliver(repAddress, Buffer.from('From: a@b.example\r\n\r\nhi'));
const day = 24 * 3600;

describe('a watch', () => {
  test('begins with the handshake and brings a notice of each arriving mail', async () => {
    await watch();
    const id = arrive();
    await started.fake.notices.pump();
    expect(started.notices).toEqual([{ kind: 'notices', address: repAddress, renew: false }]);
    started.fake.deliver(repAddress, Buffer.from('Subject: junk\r\n\r\n'), 'spam');
    started.fake.trashMessage(repAddress, id.id);
    await started.fake.notices.pump();
    expect(started.notices).toHaveLength(1);
  });

  test('is refused when the handshake does not come back as it was sent', async () => {
    started.endpoint.echo = (text) => text.toUpperCase();
    await expect(watch()).rejects.toMatchObject({ detail: expect.stringContaining('ValidationError') });
    expect(started.fake.notices.alive()).toEqual([]);
  });

  test('is renewed and not made twice', async () => {
    await watch();
    started.clock.advance(4 * day);
    const renewed = await watch();
    expect(renewed?.expiresAt).toEqual(new Date(started.clock.now().getTime() + watchMinutes * 60_000));
    expect(started.fake.notices.alive()).toHaveLength(1);
    started.clock.advance(6 * day);
    arrive();
    await started.fake.notices.pump();
    expect(started.notices).toHaveLength(1);
  });

  test('that ended is made anew, also when it ends while it is being renewed', async () => {
    await watch();
    started.clock.advance(8 * day);
    await watch();
    expect(started.fake.notices.alive()).toHaveLength(1);
    const gone = JSON.stringify({ error: { code: 'ResourceNotFound', message: 'x' } });
    started.fake.faults.next({ kind: 'status', status: 404, body: gone, match: ({ method }) => method === 'PATCH' });
    started.fake.notices.lifecycle(repAddress, 'subscriptionRemoved');
    await watch();
    expect(started.fake.notices.alive()).toHaveLength(1);
  });

  test('does not ask for more time than Graph gives, even with a clock that runs ahead', async () => {
    await watch();
    const [made] = started.fake.notices.alive();
    expect(made?.expiresAt).toBeLessThanOrEqual(started.clock.now().getTime() + (10_080 - 5) * 60_000);
    expect(made?.clientState?.length).toBeLessThanOrEqual(128);
  });

  test('is not possible where Graph cannot reach us', async () => {
    await started.close();
    started = await startMicrosoft({ config: { noticesUrl: null } });
    account = accountOf(started);
    expect(await watch()).toBeNull();
    expect(started.fake.requests).toEqual([]);
  });
});

describe('lifecycle notices', () => {
  test.each([
    ['reauthorizationRequired', true],
    ['subscriptionRemoved', true],
    ['missed', false],
  ] as const)('%s: the mailbox is read, and watched again: %s', async (event, renew) => {
    await watch();
    started.fake.notices.lifecycle(repAddress, event);
    await started.fake.notices.pump();
    expect(started.notices).toEqual([{ kind: 'notices', address: repAddress, renew }]);
    await watch();
    arrive();
    await started.fake.notices.pump();
    expect(started.notices).toHaveLength(2);
  });

  test('a notice is told again until it is taken', async () => {
    await watch();
    started.endpoint.status = 500;
    arrive();
    await started.fake.notices.pump();
    started.endpoint.status = 202;
    started.clock.advance(11);
    await started.fake.notices.pump();
    started.clock.advance(60);
    await started.fake.notices.pump();
    expect(started.notices).toHaveLength(2);
  });
});

describe('a forged notice is refused', () => {
  const key = Buffer.from('key of the notices');
  const mailbox = Buffer.from(repAddress).toString('base64url');
  const genuine = { subscriptionId: 's', clientState: clientStateOf(key, repAddress) };
  const verify = (query: Record<string, string>, value: unknown) =>
    started.microsoft.verifyNotice(query, JSON.stringify({ value }));

  test('while the genuine one passes', () => {
    expect(verify({ mailbox }, [genuine, genuine])).toEqual({ kind: 'notices', address: repAddress, renew: false });
  });

  test.each([
    ['with another secret', { mailbox }, [{ ...genuine, clientState: 'x'.repeat(43) }]],
    ['with a secret of other length', { mailbox }, [{ ...genuine, clientState: '' }]],
    [
      'with the secret of another mailbox',
      { mailbox },
      [{ ...genuine, clientState: clientStateOf(key, 'b@c.example') }],
    ],
    ['for another mailbox', { mailbox: Buffer.from('b@c.example').toString('base64url') }, [genuine]],
    ['for no mailbox', {}, [{ ...genuine, clientState: clientStateOf(key, '') }]],
    ['hidden behind a genuine one', { mailbox }, [genuine, { ...genuine, clientState: 'x' }]],
  ])('%s', (_, query, value) => {
    expect(() => verify(query, value)).toThrow(expect.objectContaining({ status: 401, code: 'push_refused' }));
  });

  test('and what is no notice at all is bad input', () => {
    for (const body of ['', '{', '[]', '{"value":[]}', '{"value":[{}]}', '{"value":[{"subscriptionId":"s"}]}', 'null'])
      expect(() => started.microsoft.verifyNotice({ mailbox }, body)).toThrow(expect.objectContaining({ status: 422 }));
    for (const validationToken of ['', 'x'.repeat(2049)])
      expect(() => started.microsoft.verifyNotice({ validationToken }, '')).toThrow(
        expect.objectContaining({ status: 422 }),
      );
  });
});
