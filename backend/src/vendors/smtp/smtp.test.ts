import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { passwordAccount, type StartedMailServer, startMailServer } from './mailbox.harness.ts';
import { createMailbox } from './mailbox.ts';

let started: StartedMailServer;
let account: MailboxAccount;
beforeEach(async () => {
  started = await startMailServer();
  account = passwordAccount(started.servers);
});
afterEach(() => started.close());

const send = (id: number) => started.mailbox.send(account, outgoing({ id }));
const sentCount = () => started.fake.sentOf(repAddress).length;
const searchFor = (id: number) => {
  const { messageIdHeader, to } = outgoing({ id });
  const sentAfter = new Date('2026-11-23T08:50:00Z');
  const search = { messageIdHeader, to, sentAfter, sentBefore: new Date('2026-11-23T09:00:00Z') };
  return started.mailbox.findSent(account, search);
};

test('several mails leave over one connection', async () => {
  for (const id of [1, 2, 3]) expect(await send(id)).toMatchObject({ outcome: 'sent' });
  expect(started.fake.logins()).toBe(1);
});

test('a connection that the server closed meanwhile is replaced unseen', async () => {
  await send(1);
  started.fake.endSessions(repAddress);
  expect(await send(2)).toMatchObject({ outcome: 'sent' });
  expect(sentCount()).toBe(2);
});

test('452 in the middle of a batch defers, and the next mail goes once the server takes mail again', async () => {
  started.fake.settings.recipientsPerRun = 1;
  expect(await send(1)).toMatchObject({ outcome: 'sent' });
  expect(await send(2)).toMatchObject({ outcome: 'deferred', code: '4.5.3', retryAfterSeconds: 300 });
  started.fake.settings.recipientsPerRun = null;
  expect(await send(2)).toMatchObject({ outcome: 'sent' });
  expect(sentCount()).toBe(2);
});

test.each(['MAIL', 'RCPT', 'DATA'])('a connection that breaks at %s has sent nothing, and says so', async (command) => {
  started.fake.troubles.next({ protocol: 'smtp', kind: 'break-before', commands: [command] });
  expect(await send(1)).toMatchObject({ outcome: 'deferred' });
  expect(sentCount()).toBe(0);
});

test('a server that closes after the content without taking it leaves the outcome open as well', async () => {
  started.fake.troubles.next({ protocol: 'smtp', kind: 'break-before', commands: ['MESSAGE'] });
  expect(await send(1)).toMatchObject({ outcome: 'unknown' });
  expect(sentCount()).toBe(0);
});

test('a mail is never repeated by itself, however often the connection breaks after the content', async () => {
  started.fake.troubles.next({ protocol: 'smtp', kind: 'break-after', commands: ['MESSAGE'], times: 9 });
  expect(await send(1)).toMatchObject({ outcome: 'unknown' });
  await new Promise((done) => setTimeout(done, 300));
  expect(sentCount()).toBe(1);
});

test.each([
  ['MESSAGE', '554 5.7.1 Rejected as spam', { outcome: 'rejected', code: '5.7.1' }],
  ['MESSAGE', '451 4.3.0 Try again later', { outcome: 'deferred', retryAfterSeconds: 300 }],
  ['RCPT', '550 5.1.1 No such user', { outcome: 'rejected', code: '5.1.1' }],
  ['RCPT', '452 4.2.2 Mailbox full', { outcome: 'deferred', code: '4.2.2' }],
  ['RCPT', '550 5.4.5 Daily user sending limit exceeded', { outcome: 'deferred', retryAfterSeconds: 3600 }],
  ['MAIL', '421 4.7.0 Closing', { outcome: 'deferred' }],
  ['MAIL', '530 5.7.0 Authentication required', { outcome: 'disconnected' }],
  ['AUTH', '535 5.7.8 Bad credentials', { outcome: 'disconnected' }],
  ['AUTH', '454 4.7.0 Temporary authentication failure', { outcome: 'deferred' }],
  ['CONNECT', '554 5.7.1 Go away', { outcome: 'deferred', code: '5.7.1', retryAfterSeconds: 3600 }],
] as const)('%s answered with “%s” is understood, and nothing was sent', async (command, reply, expected) => {
  started.fake.troubles.next({ protocol: 'smtp', kind: 'reply', commands: [command], reply, times: 9 });
  expect(await send(1)).toMatchObject(expected);
  expect(sentCount()).toBe(0);
});

describe('of a mail and its blind copy', () => {
  const copyTo = 'copy@copies.example';
  const received = () => [outgoing().to, copyTo].map((address) => started.fake.inboxOf(address).length);

  test.each(['550 5.1.1 No such user', '452 4.2.2 Mailbox full'])(
    'the recipient is refused with “%s”: the copy does not go alone',
    async (reply) => {
      started.fake.troubles.next({ protocol: 'smtp', kind: 'reply', commands: ['RCPT'], reply, times: 1 });
      const outcome = reply.startsWith('5') ? 'rejected' : 'deferred';
      expect(await started.mailbox.send(account, outgoing({ copyTo }))).toMatchObject({ outcome });
      await new Promise((done) => setTimeout(done, 100));
      expect([sentCount(), ...received()]).toEqual([0, 0, 0]);
    },
  );

  test('only the copy is refused: the mail goes, and that is said', async () => {
    const unknown = 'nobody@northwind.example';
    const result = await started.mailbox.send(account, outgoing({ copyTo: unknown }));
    expect(result).toMatchObject({ outcome: 'sent', copyRefused: expect.stringContaining('User unknown') });
    expect(received()).toEqual([1, 0]);
    expect(await started.mailbox.send(account, outgoing({ id: 2, copyTo }))).not.toHaveProperty('copyRefused');
  });
});

test('a mail larger than the server takes is rejected', async () => {
  started.fake.settings.sizeLimit = 100;
  expect(await send(1)).toMatchObject({ outcome: 'rejected' });
});

describe('a server that files no copies', () => {
  beforeEach(() => {
    started.fake.settings.filesSent = false;
    account = passwordAccount({ ...started.servers, filesSent: false });
  });
  const copies = () => started.fake.folderOf(repAddress, 'Sent').mails;

  test('gets one from us, and it is read back', async () => {
    const result = await send(1);
    expect(copies().map(({ raw, flags }) => [raw, flags])).toEqual([[outgoing({ id: 1 }).raw, ['\\Seen']]]);
    if (result.outcome !== 'sent') throw new Error(result.outcome);
    expect(await started.mailbox.readSent(account, result.providerMessageId)).toMatchObject({
      wireMessageId: outgoing({ id: 1 }).messageIdHeader,
    });
  });

  test('gets none where it filed one after all', async () => {
    started.fake.settings.filesSent = true;
    await send(1);
    expect(copies()).toHaveLength(1);
  });

  test('a copy that cannot be filed changes nothing about the sending', async () => {
    started.fake.troubles.next({ protocol: 'imap', kind: 'reply', commands: ['APPEND'], reply: 'NO [OVERQUOTA] Full' });
    expect(await send(1)).toMatchObject({ outcome: 'sent' });
  });

  test('can never prove that a mail did not leave: the question stays open for a person', async () => {
    started.fake.troubles.next({ protocol: 'smtp', kind: 'break-after', commands: ['MESSAGE'] });
    expect(await send(1)).toMatchObject({ outcome: 'unknown' });
    started.clock.advance(7 * 86_400);
    expect(await searchFor(1)).toMatchObject({ outcome: 'unclear', reason: expect.stringContaining('no copy') });
  });
});

test('a mail is not called absent while a folder cannot be looked into', async () => {
  started.clock.advance(3600);
  expect(await searchFor(1)).toEqual({ outcome: 'absent' });
  started.fake.lockFolder(repAddress, 'Trash');
  expect(await searchFor(1)).toMatchObject({ outcome: 'unclear', reason: expect.stringContaining('Trash') });
});

describe('hosts outside the public internet are not reached', () => {
  test.each(['127.0.0.1', '10.0.0.7', '169.254.169.254', '[::1]', 'localhost', '2130706433'])('%s', async (host) => {
    const strict = createMailbox({ clock: started.clock, loopbackOnly: false, timeoutSeconds: 1 });
    const server = { host: host.replace(/[[\]]/g, ''), security: 'tls' } as const;
    const inside = passwordAccount({
      ...started.servers,
      smtp: { ...server, port: 465 },
      imap: { ...server, port: 993 },
    });
    expect(await strict.send(inside, outgoing())).toMatchObject({ outcome: 'deferred' });
    await expect(strict.listNew(inside, null, new Date(0))).rejects.toThrow();
    expect(started.fake.logins()).toBe(0);
    strict.close();
  });

  test('and the sandbox reaches nothing but this machine', async () => {
    const smtp = { host: 'mail.contoso.example', port: 465, security: 'tls' } as const;
    const result = await started.mailbox.send(passwordAccount({ ...started.servers, smtp }), outgoing());
    expect(result).toMatchObject({ outcome: 'deferred', reason: expect.stringContaining('sandbox') });
  });
});
