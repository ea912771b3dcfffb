import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFakeMailServer, type FakeMailServer } from '../sandbox/fakes/smtp/fake-mail-server.ts';
import { connectLinkUrl } from '../src/api/connect-link.ts';
import { listMailboxes } from '../src/email/index.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';

const rep = 'maya@harbour.example';
const address = 'kim.larsen@fjordworks.example';
const password = 'app-password-1';

/** The product, and a mail provider that it knows nothing of. */
async function start(): Promise<{ app: TestApp; mail: FakeMailServer; fields: Record<string, string> }> {
  const app = await startTestApp();
  const mail = createFakeMailServer({ clock: app.clock });
  onTestFinished(mail.close);
  mail.addMailbox(rep, 'Maya Chen', password);
  const { smtpPort, imapPort } = await mail.start();
  const fields = {
    link: freshLink(app),
    address: rep,
    displayName: 'Maya Chen',
    password,
    imapHost: '127.0.0.1',
    imapPort: String(imapPort),
    imapSecurity: 'none',
    smtpHost: '127.0.0.1',
    smtpPort: String(smtpPort),
    smtpSecurity: 'none',
  };
  return { app, mail, fields };
}

const linkOf = ({ app, home }: TestApp, vendor = 'smtp') =>
  connectLinkUrl(app.system, vendor, { tenantId: home.ctx.tenantId, memberId: home.memberId });

const freshLink = (app: TestApp, vendor?: string) => new URL(linkOf(app, vendor)).searchParams.get('link') ?? '';

async function submit(app: TestApp, fields: Record<string, string>) {
  const answer = await fetch(`${app.origin}/connect/smtp`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: answer.status, page: await answer.text() };
}

const mailboxOf = async ({ home }: TestApp) => (await listMailboxes(home.ctx)).find(({ vendor }) => vendor === 'smtp');

describe('a mailbox of any provider', () => {
  test('is connected with a form, sends a sequence, and a reply in it ends the sequence', async () => {
    const { app, mail, fields } = await start();
    const form = await (await fetch(linkOf(app))).text();
    expect(form).toContain('Incoming mail (IMAP)');
    expect(await submit(app, fields)).toMatchObject({
      status: 200,
      page: expect.stringContaining('The mailbox is connected'),
    });
    const mailbox = await mailboxOf(app);
    expect(mailbox).toMatchObject({ address: rep, status: 'connected', displayName: 'Maya Chen' });

    const kim = app.person(address, { ...app.home, mailboxId: mailbox?.id ?? '' });
    await kim.enroll();
    const [first] = mail.inboxOf(address);
    const messageId = /^Message-ID: (.*)\r$/im.exec(first?.raw.toString() ?? '')?.[1];
    expect(messageId).toMatch(/^<.+>$/);
    await app.advance(600);
    const reply = `From: ${address}\r\nTo: ${rep}\r\nSubject: Re: hello\r\nMessage-ID: <1@fjordworks.example>\r\nIn-Reply-To: ${messageId}\r\nReferences: ${messageId}\r\n\r\nGladly. Tuesday?\r\n`;
    mail.deliver(rep, Buffer.from(reply));
    await app.advance(30 * 86_400);
    expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
    expect(mail.inboxOf(address)).toHaveLength(1);
  });

  test('whose password is withdrawn waits to be connected again, and goes on afterwards', async () => {
    const { app, mail, fields } = await start();
    await submit(app, fields);
    mail.revoke(rep);
    await app.advance(600);
    expect(await mailboxOf(app)).toMatchObject({ status: 'reconnect' });
    mail.allow(rep);
    await submit(app, { ...fields, link: freshLink(app) });
    expect(await mailboxOf(app)).toMatchObject({ status: 'connected' });
  });
});

describe('the form', () => {
  let app: TestApp;
  let mail: FakeMailServer;
  let fields: Record<string, string>;
  beforeEach(async () => {
    ({ app, mail, fields } = await start());
  });
  afterEach(async () => {
    expect(await mailboxOf(app)).toBeUndefined();
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'does not accept the user name and password'],
    ['no password', { password: '' }, 'Enter the password'],
    ['a port where nobody listens', { imapPort: '1' }, 'takes no connections on port 1'],
    ['a port that is no number', { smtpPort: 'x' }, 'port of the outgoing server is a number'],
    ['TLS where there is none', { imapSecurity: 'tls' }, 'does not speak SSL/TLS on port'],
    ['TLS where there is none, outgoing', { smtpSecurity: 'tls' }, 'does not speak SSL/TLS on port'],
    ['STARTTLS where there is none', { imapSecurity: 'starttls' }, 'does not offer STARTTLS'],
    ['STARTTLS where there is none, outgoing', { smtpSecurity: 'starttls' }, 'does not offer STARTTLS'],
    ['a server outside, in the sandbox', { smtpHost: 'mail.contoso.example' }, 'reaches nothing outside this machine'],
    ['an address that is none', { address: 'maya' }, 'Enter the full mail address'],
  ])('with %s says what is wrong, and keeps nothing', async (_, change, sentence) => {
    const { status, page } = await submit(app, { ...fields, ...change });
    expect(status).toBe(400);
    expect(page).toContain(sentence);
    expect(page).toContain('value="Maya Chen"');
    expect(page).not.toContain(password);
  });

  test('with a server that takes no mail from the address says what the server said', async () => {
    mail.troubles.next({ protocol: 'smtp', kind: 'reply', commands: ['RCPT'], reply: '550 5.7.1 Not allowed' });
    expect((await submit(app, fields)).page).toContain('Not allowed');
  });

  test('opens and works with a fresh link for mailboxes only', async () => {
    for (const link of ['', 'forged', freshLink(app, 'google')]) {
      expect(await submit(app, { ...fields, link })).toMatchObject({
        status: 400,
        page: expect.stringContaining('too old'),
      });
    }
    await app.advance(601);
    expect((await submit(app, fields)).page).toContain('too old');
    expect(mail.logins()).toBe(0);
  });

  test('shows odd input as text', async () => {
    const { page } = await submit(app, { ...fields, displayName: '"><script>alert(1)</script>', password: '' });
    expect(page).not.toContain('<script>');
  });
});
