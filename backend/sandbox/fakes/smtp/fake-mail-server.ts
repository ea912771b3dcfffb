import { createServer, type Server } from 'node:net';
import type { Clock } from '../../../src/core/clock.ts';
import { createProspectInboxes, type ProspectInboxes } from '../prospect-inboxes.ts';
import { headerOf, messageIdsOf } from '../rfc822.ts';
import { type AcceptedMail, acceptedMails } from '../sent-record.ts';
import type { Identify } from './identify.ts';
import { type ImapSettings, serveImap } from './imap-server.ts';
import { createMailStore, type Folder, type Mailbox, type StoredMail, type StoreMemory } from './mailboxes.ts';
import { type SmtpSettings, serveSmtp } from './smtp-server.ts';
import { createTroubles } from './trouble.ts';
import type { Wire } from './wire.ts';

export interface FakeMailServerSettings extends ImapSettings, SmtpSettings {
  /** Files a copy of what it accepts in Sent, as Gmail and Exchange do and a plain Postfix does not. */
  filesSent: boolean;
  sentCopyLagSeconds: number;
  /** Accepted recipients per connected mailbox before 452; null: no limit. */
  recipientsPerRun: number | null;
}

/** What outlives a restart. */
export interface MailServerMemory {
  store: StoreMemory;
  sent: AcceptedMail[];
}

/** A mail provider: SMTP submission and IMAP over one set of mailboxes, on loopback without TLS. */
export function createFakeMailServer({
  clock,
  inboxes = createProspectInboxes(),
  memory,
  keep = async () => {},
}: {
  clock: Clock;
  inboxes?: ProspectInboxes;
  /** What an earlier one remembered. */
  memory?: MailServerMemory | undefined;
  /** Resolves when what was accepted would survive a power cut; the client is answered afterwards. */
  keep?: () => Promise<void>;
}) {
  const settings: FakeMailServerSettings = {
    listStatus: true,
    offersIdle: true,
    staleStatus: false,
    sizeLimit: 25 * 1024 * 1024,
    filesSent: true,
    sentCopyLagSeconds: 0,
    recipientsPerRun: null,
  };
  const store = createMailStore(clock, memory?.store);
  const troubles = createTroubles();
  const ledger = memory?.sent ?? [];
  const tokens = new Map<string, { address: string; live: boolean }>();
  const blocked = new Set<string>();
  const broken: { folder: Folder; uid: number; left: number }[] = [];
  const locked = new Set<Folder>();
  const sessions = new Map<Wire, string>();
  let logins = 0;

  const unlessBlocked = (mailbox: Mailbox | undefined) => (mailbox && !blocked.has(mailbox.address) ? mailbox : null);
  const identify: Identify = {
    byPassword: (user, password) => {
      const mailbox = store.get(user);
      return mailbox?.password === password ? unlessBlocked(mailbox) : null;
    },
    byToken: (user, token) => {
      const known = tokens.get(token);
      return known?.live && known.address === user.toLowerCase() ? unlessBlocked(store.get(user)) : null;
    },
  };
  const onLogin = (mailbox: Mailbox, wire: Wire) => {
    logins += 1;
    sessions.set(wire, mailbox.address);
    void wire.closed.then(() => sessions.delete(wire));
  };
  /** Everybody logged in as this person is thrown out. */
  function endSessions(address: string): void {
    for (const [wire, whose] of sessions) if (whose === address.toLowerCase()) wire.destroy();
  }

  async function accept(sender: Mailbox, recipients: string[], raw: Buffer): Promise<void> {
    const at = clock.now();
    const ownMessageId = messageIdsOf(headerOf(raw, 'Message-ID'))[0] ?? null;
    const salesosMessage = headerOf(raw, 'X-SalesOS-Message');
    ledger.push({ from: sender.address, recipients, at, ownMessageId, salesosMessage, raw });
    if (settings.filesSent) {
      const visibleAt = at.getTime() + settings.sentCopyLagSeconds * 1000;
      store.file(store.folder(sender, 'Sent'), raw, { flags: ['\\Seen'], visibleAt });
    }
    for (const recipient of recipients) {
      const own = store.get(recipient);
      if (own) store.file(store.folder(own, 'INBOX'), raw);
      else inboxes.add(recipient, { at, from: sender.address, raw });
    }
    await keep();
  }

  const imap = { store, identify, troubles, settings, isBroken, isLocked: (folder: Folder) => locked.has(folder) };
  const smtp = { identify, troubles, settings, refuseRecipient, accept };
  const servers: Server[] = [
    createServer({ allowHalfOpen: true }, (socket) => serveSmtp(socket, smtp, onLogin)),
    createServer({ allowHalfOpen: true }, (socket) => serveImap(socket, imap, onLogin)),
  ];
  const open = new Set<{ destroy(): void }>();
  for (const server of servers)
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    });

  function isBroken(folder: Folder, uid: number): boolean {
    const one = broken.find((mail) => mail.folder === folder && mail.uid === uid && mail.left > 0);
    if (one) one.left -= 1;
    return one !== undefined;
  }

  function refuseRecipient(sender: Mailbox, recipient: string): string | null {
    const taken = ledger.filter(({ from }) => from === sender.address).length;
    if (settings.recipientsPerRun !== null && taken >= settings.recipientsPerRun)
      return '452 4.5.3 Too many recipients, try again later';
    const own = recipient.split('@')[1] === sender.address.split('@')[1];
    return own && !store.get(recipient) ? `550 5.1.1 <${recipient}>: User unknown` : null;
  }

  function existing(address: string): Mailbox {
    const mailbox = store.get(address);
    if (!mailbox) throw new Error(`the fake has no mailbox ${address}`);
    return mailbox;
  }

  return {
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: (): MailServerMemory => ({ store: store.remember(), sent: ledger }),
    settings,
    troubles,
    store,
    async start(): Promise<{ smtpPort: number; imapPort: number }> {
      const [smtpPort = 0, imapPort = 0] = await Promise.all(
        servers.map(
          (server) =>
            new Promise<number>((ready) => {
              server.listen(0, '127.0.0.1', () => {
                const address = server.address();
                ready(typeof address === 'object' && address ? address.port : 0);
              });
            }),
        ),
      );
      return { smtpPort, imapPort };
    },
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      await Promise.all(
        servers.map((server) => new Promise<void>((done) => (server.listening ? server.close(() => done()) : done()))),
      );
    },
    addMailbox: (address: string, name: string, password: string): Mailbox => store.add(address, name, password),
    addresses: store.addresses,
    /** A token for XOAUTH2. */
    issueToken(address: string): string {
      const token = `token-${tokens.size + 1}`;
      tokens.set(token, { address: address.toLowerCase(), live: true });
      return token;
    },
    /** Tokens die and everybody is thrown out; the person may log in again. */
    expireTokens(address: string): void {
      for (const token of tokens.values()) if (token.address === address.toLowerCase()) token.live = false;
      endSessions(address);
    },
    /** The password was changed, or the app password withdrawn. */
    revoke(address: string): void {
      blocked.add(address.toLowerCase());
      endSessions(address);
    },
    /** A new password that happens to be the old one. */
    allow: (address: string): void => void blocked.delete(address.toLowerCase()),
    endSessions,
    /** A mail arrives from outside. */
    deliver(address: string, raw: Buffer, path = 'INBOX'): { folder: Folder; mail: StoredMail } {
      const folder = store.folder(existing(address), path);
      return { folder, mail: store.file(folder, raw) };
    },
    ...acceptedMails(ledger, inboxes),
    folderOf: (address: string, path: string): Folder => store.folder(existing(address), path),
    moveMail(address: string, from: string, mail: StoredMail, to: string): void {
      const mailbox = existing(address);
      store.move(store.folder(mailbox, from), mail, store.folder(mailbox, to));
    },
    renumber: (address: string): void => store.renumber(existing(address)),
    /** Nobody may look into this folder. */
    lockFolder: (address: string, path: string): void => void locked.add(store.folder(existing(address), path)),
    /** Reading this mail fails so many times. */
    breakMail: (folder: Folder, uid: number, times: number): void => void broken.push({ folder, uid, left: times }),
    /** How often anybody logged in so far. */
    logins: (): number => logins,
  };
}

export type FakeMailServer = ReturnType<typeof createFakeMailServer>;
