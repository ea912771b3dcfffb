import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { createLog } from '../../core/log.ts';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import { passwordAccount } from './mailbox.harness.ts';
import { realPassword, startRealServers, whyNotReal } from './real-servers.harness.ts';
import { type MailServers, readServers } from './servers.ts';
import { createMailServers } from './vendor.ts';

const whyNot = whyNotReal();
const server = whyNot ? `left out: ${whyNot}; the in-process server stands in` : 'Postfix and Dovecot';

describe.skipIf(whyNot !== null)(`SMTP and IMAP against real servers (${server})`, () => {
  let real: Awaited<ReturnType<typeof startRealServers>>;
  let vendor: ReturnType<typeof createMailServers>;
  let servers: MailServers;
  beforeAll(async () => {
    real = await startRealServers();
    const http = createHttp({ clock: systemClock, log: createLog('silent'), loopbackOnly: true });
    vendor = createMailServers({ clock: systemClock, loopbackOnly: true, timeoutSeconds: 10 }, http);
    servers = {
      smtp: { host: '127.0.0.1', port: real.smtpPort, security: 'none' },
      imap: { host: '127.0.0.1', port: real.imapPort, security: 'none' },
      user: repAddress,
      secret: { kind: 'password', password: realPassword },
      displayName: 'Maya Chen',
      filesSent: false,
    };
  }, 30_000);
  afterAll(async () => {
    vendor?.close();
    await real?.stop();
  });

  const longAgo = new Date(0);
  const asAda = () => passwordAccount({ ...servers, user: 'ada@contoso.example' });
  const maya = () => passwordAccount(servers);
  /** Postfix delivers in its own time. */
  const readUntil = async (account: ReturnType<typeof maya>, cursor: string, count: number) => {
    const page = await vendor.mailbox.listNew(account, cursor, longAgo);
    await expect
      .poll(
        async () => {
          const next = await vendor.mailbox.listNew(account, page.cursor, longAgo);
          page.cursor = next.cursor;
          page.mails.push(...next.mails);
          return page.mails.length;
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBeGreaterThanOrEqual(count);
    return page;
  };

  test('the form finds out that Postfix files no copies', async () => {
    const login = { kind: 'password', password: realPassword } as const;
    const form = { address: repAddress, displayName: null, user: repAddress, imap: servers.imap, smtp: servers.smtp };
    const tried = await vendor.tryServers({ ...form, login });
    if (!('grant' in tried)) throw new Error(tried.problem);
    expect(readServers(tried.grant.tokens.accessToken).filesSent).toBe(false);
    const wrong = await vendor.tryServers({ ...form, login: { kind: 'password', password: 'wrong' } });
    expect(wrong).toMatchObject({ problem: expect.stringContaining('does not accept the user name') });
  }, 30_000);

  test('a mail arrives with its bytes, our copy lies in Sent, and both are read once', async () => {
    const { cursor: adasPlace } = await vendor.mailbox.listNew(asAda(), null, longAgo);
    const { cursor } = await vendor.mailbox.listNew(maya(), null, longAgo);
    const mail = outgoing({ id: 21 });
    const sent = await vendor.mailbox.send(maya(), mail);
    expect(sent).toMatchObject({ outcome: 'sent' });
    const arrived = await readUntil(asAda(), adasPlace, 1);
    expect(arrived.mails[0]).toMatchObject({ folder: 'inbox', providerThreadId: mail.messageIdHeader });
    expect(arrived.mails[0]?.raw.toString().endsWith('\r\n\r\nHello Ada,\r\n\r\nshall we talk?\r\n')).toBe(true);
    expect((await vendor.mailbox.listNew(asAda(), arrived.cursor, longAgo)).mails).toEqual([]);
    const { mails } = await vendor.mailbox.listNew(maya(), cursor, longAgo);
    expect(mails.map(({ folder, raw }) => [folder, raw])).toEqual([['sent', mail.raw]]);
    const search = { messageIdHeader: mail.messageIdHeader, to: mail.to };
    const minute = { sentAfter: new Date(Date.now() - 60_000), sentBefore: new Date() };
    expect(await vendor.mailbox.findSent(maya(), { ...search, ...minute })).toMatchObject({ outcome: 'found' });
    expect(await vendor.mailbox.readSent(maya(), mail.messageIdHeader)).toMatchObject({
      wireMessageId: mail.messageIdHeader,
    });
  }, 30_000);

  describe('with TLS', () => {
    const known = getCACertificates('default');
    const overTls = (host: string): MailServers => ({
      ...servers,
      smtp: { host, port: real.smtpPort, security: 'starttls' },
      imap: { host, port: real.imapsPort, security: 'tls' },
    });
    const tryForm = (host: string) => {
      const { imap, smtp } = overTls(host);
      const login = { kind: 'password', password: realPassword } as const;
      return vendor.tryServers({ address: repAddress, displayName: null, user: repAddress, imap, smtp, login });
    };
    beforeAll(() => setDefaultCACertificates([...known, real.certificateAuthority]));
    afterAll(() => setDefaultCACertificates(known));

    test('a certificate that is valid for the name is accepted: sent with STARTTLS, read by TLS', async () => {
      const account = passwordAccount(overTls('localhost'));
      const { cursor } = await vendor.mailbox.listNew(account, null, longAgo);
      const mail = outgoing({ id: 31 });
      expect(await vendor.mailbox.send(account, mail)).toMatchObject({ outcome: 'sent' });
      const { mails } = await vendor.mailbox.listNew(account, cursor, longAgo);
      expect(mails.map(({ raw }) => raw)).toEqual([mail.raw]);
    }, 30_000);

    test('a certificate for another name is refused, with what to do', async () => {
      expect(await tryForm('127.0.0.1')).toMatchObject({
        problem: expect.stringContaining('The certificate of 127.0.0.1 is not valid for that name'),
      });
    }, 30_000);

    test('a certificate that nobody known signed is refused, and no mail leaves', async () => {
      setDefaultCACertificates(known);
      vendor.mailbox.close();
      expect(await tryForm('localhost')).toMatchObject({ problem: expect.stringContaining('The certificate of') });
      expect((await vendor.mailbox.send(passwordAccount(overTls('localhost')), outgoing({ id: 32 }))).outcome).toBe(
        'deferred',
      );
      setDefaultCACertificates([...known, real.certificateAuthority]);
    }, 30_000);
  });

  test('Dovecot says at once that something arrived', async () => {
    const news: string[] = [];
    vendor.onNews((address) => news.push(address));
    const watch = await vendor.mailbox.watch(asAda());
    expect(watch?.expiresAt).toBeInstanceOf(Date);
    const before = news.length;
    await vendor.mailbox.send(maya(), outgoing({ id: 33 }));
    await expect.poll(() => news.length, { timeout: 10_000 }).toBeGreaterThan(before);
  }, 30_000);

  test('refusals are understood', async () => {
    const send = (to: string, body?: Buffer) =>
      vendor.mailbox.send(maya(), outgoing({ id: 22, to, ...(body ? { body } : {}) }));
    expect(await send('nobody@contoso.example')).toMatchObject({ outcome: 'rejected', code: '5.1.1' });
    const tooLarge = Buffer.alloc(6_000_000, 'x\r\n');
    expect(await send('ada@contoso.example', tooLarge)).toMatchObject({ outcome: 'rejected' });
    const wrong = passwordAccount({ ...servers, secret: { kind: 'password', password: 'wrong' } });
    expect(await vendor.mailbox.send(wrong, outgoing())).toMatchObject({ outcome: 'disconnected' });
    await expect(vendor.mailbox.listNew(wrong, null, longAgo)).rejects.toThrow('no longer takes the password');
  }, 30_000);

  test('an inbox with a new UIDVALIDITY is read again under the same names', async () => {
    const { cursor } = await vendor.mailbox.listNew(asAda(), null, longAgo);
    await vendor.mailbox.send(maya(), outgoing({ id: 23 }));
    const before = await readUntil(asAda(), cursor, 1);
    vendor.mailbox.close();
    real.renumberInbox('ada@contoso.example');
    const after = await vendor.mailbox.listNew(asAda(), before.cursor, longAgo);
    expect(after.resynced).toBe(true);
    expect(after.mails.map((mail) => mail.providerMessageId)).toContain(before.mails[0]?.providerMessageId);
  }, 30_000);
});
