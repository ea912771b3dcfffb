import { createFakeMailServer, type FakeMailServer } from '../../../sandbox/fakes/smtp/fake-mail-server.ts';
import type { ServerTrouble } from '../../../sandbox/fakes/smtp/trouble.ts';
import { type HandClock, handClock } from '../../core/clock.ts';
import { begin, type MailboxHarness, repAddress, type Trouble } from '../../email/mailbox.harness.ts';
import { type MailboxAccount, MailboxDisconnected } from '../../email/mailbox.ts';
import { mailId, readIdentity, threadOf } from './mail-identity.ts';
import { createMailbox } from './mailbox.ts';
import { type MailServers, writeServers } from './servers.ts';

export const repPassword = 'app-password-1';

/** The real vendor code against the sandbox's mail server over loopback, with a hand-driven clock and short time limits. */
export async function startMailServer({
  clock = handClock(begin),
  timeoutSeconds = 1,
}: {
  clock?: HandClock;
  timeoutSeconds?: number;
} = {}) {
  const fake = createFakeMailServer({ clock });
  fake.addMailbox(repAddress, 'Maya Chen', repPassword);
  const { smtpPort, imapPort } = await fake.start();
  const mailbox = createMailbox({ clock, loopbackOnly: true, timeoutSeconds });
  const servers: MailServers = {
    smtp: { host: '127.0.0.1', port: smtpPort, security: 'none' },
    imap: { host: '127.0.0.1', port: imapPort, security: 'none' },
    user: repAddress,
    secret: { kind: 'password', password: repPassword },
    displayName: 'Maya Chen',
    filesSent: true,
  };
  const close = async () => {
    mailbox.close();
    await fake.close();
  };
  return { clock, fake, mailbox, servers, close };
}

export type StartedMailServer = Awaited<ReturnType<typeof startMailServer>>;

/** An account as the tenants part hands it out: a refused password is the end of it. */
export function passwordAccount(servers: MailServers, address = repAddress): MailboxAccount {
  const token = writeServers(servers);
  return {
    tenantId: 'tenant-1',
    mailboxId: `mailbox of ${address}`,
    address,
    async token(refused) {
      if (refused === token) throw new MailboxDisconnected('The mail server no longer takes the password.');
      return token;
    },
  };
}

/** The same with XOAUTH2: a refused token has a successor, as long as the fake gives one. */
export function tokenAccount(servers: MailServers, fake: FakeMailServer): MailboxAccount {
  const fresh = () => writeServers({ ...servers, secret: { kind: 'token', accessToken: fake.issueToken(repAddress) } });
  let token = fresh();
  return {
    ...passwordAccount(servers),
    async token(refused) {
      if (refused === token) token = fresh();
      return token;
    },
  };
}

export async function mailServerHarness(login: 'password' | 'XOAUTH2'): Promise<MailboxHarness> {
  const { clock, fake, mailbox, servers, close } = await startMailServer();
  const found = new Map<string, { path: string; uid: number }>();
  return {
    vendor: mailbox,
    clock,
    account: login === 'password' ? passwordAccount(servers) : tokenAccount(servers, fake),
    keepsMessageId: true,
    searchTrustedAfterSeconds: 600,
    watchSeconds: 20 * 60,
    deliver(raw, kind) {
      const path = kind === 'spam' ? 'Junk' : 'INBOX';
      const { folder, mail } = fake.deliver(repAddress, raw, path);
      const place = { path, uidValidity: String(folder.uidValidity), uid: mail.uid };
      const identity = readIdentity(raw);
      const id = mailId(identity, place, new Date(mail.internalDate), raw.length);
      found.set(id, place);
      return { id, threadId: threadOf(identity, id) };
    },
    sent: () =>
      fake.sentOf(repAddress).map(({ ownMessageId, raw }) => ({
        ownMessageId,
        wireMessageId: ownMessageId ?? '',
        providerThreadId: threadOf(readIdentity(raw), ownMessageId ?? ''),
        wireRaw: raw,
      })),
    inboxOf: (address) => fake.inboxOf(address).map(({ raw }) => raw),
    trouble: (trouble) => fake.troubles.next(asServerTrouble(trouble)),
    setSearchLag: (seconds) => {
      fake.settings.sentCopyLagSeconds = seconds;
    },
    trash(providerMessageId) {
      const mail = fake
        .folderOf(repAddress, 'Sent')
        .mails.find(({ raw }) => readIdentity(raw).messageId === providerMessageId);
      if (!mail) throw new Error(`no copy of ${providerMessageId} in Sent`);
      fake.moveMail(repAddress, 'Sent', mail, 'Trash');
    },
    revokeGrant: () => fake.revoke(repAddress),
    killAccessTokens: () => fake.expireTokens(repAddress),
    loseCursor: () => fake.renumber(repAddress),
    refuseReading(providerMessageId, times) {
      const place = found.get(providerMessageId);
      if (!place) throw new Error(`nothing was delivered as ${providerMessageId}`);
      fake.breakMail(fake.folderOf(repAddress, place.path), place.uid, times);
    },
    goDown: fake.close,
    close,
  };
}

/** Whatever a server is asked first when mail is read or looked for. */
const readCommands = ['LIST', 'STATUS', 'SELECT', 'EXAMINE', 'UID SEARCH', 'UID FETCH'];

export function asServerTrouble({ on, kind, waitUntil }: Trouble): ServerTrouble {
  const place =
    on === 'send'
      ? ({ protocol: 'smtp', commands: ['MESSAGE'] } as const)
      : ({ protocol: 'imap', commands: readCommands } as const);
  const commands = [...place.commands];
  const refusal = { protocol: place.protocol, kind: 'reply', commands: on === 'send' ? ['RCPT'] : commands } as const;
  const slowDown = on === 'send' ? '450 4.7.1 Too many mails,' : 'NO [LIMIT] Too many requests,';
  switch (kind) {
    case 'answer lost':
      return { ...place, commands, kind: 'break-after' };
    case 'answer never comes':
      return { ...place, commands, kind: 'silence-after' };
    case 'answer cut short':
      return { ...place, commands, kind: 'cut-after' };
    case 'answer slow':
      return { ...place, commands, kind: 'slow' };
    case 'error page':
      return {
        ...place,
        commands,
        kind: 'reply',
        reply: on === 'send' ? '<html>Bad gateway</html>' : 'NO [SERVERBUG] Oops',
      };
    case 'rate limit in seconds':
      return { ...refusal, commands: [...refusal.commands], reply: `${slowDown} try again in 120 seconds` };
    case 'rate limit until':
      return {
        ...refusal,
        commands: [...refusal.commands],
        reply: `${slowDown} retry after ${waitUntil?.toISOString()}`,
      };
  }
}
