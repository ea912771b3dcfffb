import type { Socket } from 'node:net';
import { type Identify, saslIdentity } from './identify.ts';
import { fetchAnswer, fits } from './imap-mail.ts';
import { type Command, isInSet, readCommand, type Token, textOf } from './imap-syntax.ts';
import type { Folder, Mailbox, MailStore } from './mailboxes.ts';
import { answerWith, type Troubles } from './trouble.ts';
import { createWire, type Wire } from './wire.ts';

export interface ImapSettings {
  /** Answers STATUS within LIST (RFC 5819). */
  listStatus: boolean;
  /** Says by itself that something arrived (RFC 2177). */
  offersIdle: boolean;
  /** STATUS lags behind for ever: it says that nothing came since. */
  staleStatus: boolean;
}

interface ImapParts {
  store: MailStore;
  identify: Identify;
  troubles: Troubles;
  settings: ImapSettings;
  /** Whether this mail cannot be read just now. */
  isBroken(folder: Folder, uid: number): boolean;
  /** Whether nobody may look into this folder. */
  isLocked(folder: Folder): boolean;
}

interface Session {
  mailbox: Mailbox | null;
  selected: Folder | null;
  /** How many mails of it the client was told of. */
  toldCount: number;
}

const mostLiteral = 30_000_000;

/** An IMAP server (RFC 9051 as far as mail clients go). Refuses what it does not know; is strict about state. */
export function serveImap(socket: Socket, parts: ImapParts, onLogin: (mailbox: Mailbox, wire: Wire) => void): void {
  const wire = createWire(socket);
  const session: Session = { mailbox: null, selected: null, toldCount: 0 };
  void converse(wire, session, parts, (mailbox) => onLogin(mailbox, wire)).catch(() => wire.destroy());
}

async function converse(wire: Wire, session: Session, parts: ImapParts, onLogin: (mailbox: Mailbox) => void) {
  await answerWith(wire, parts.troubles.pick('imap', 'CONNECT'), '', () => '* OK IMAP ready\r\n');
  for (;;) {
    const command = await readCommand(wire);
    if (!command) return;
    const { tag, name } = command;
    const trouble = parts.troubles.pick('imap', name);
    if (name === 'LOGOUT') return wire.end(`* BYE see you\r\n${tag} OK bye\r\n`);
    if (name === 'IDLE' && parts.settings.offersIdle) {
      await idle(wire, session, parts.store, tag);
      continue;
    }
    await answerWith(wire, trouble, `${tag} `, async () => {
      const before = session.mailbox;
      const answer = await act(wire, session, parts, command);
      if (!before && session.mailbox) onLogin(session.mailbox);
      return answer;
    });
  }
}

async function act(wire: Wire, session: Session, parts: ImapParts, command: Command): Promise<string | Buffer> {
  const { tag, name, arguments: given } = command;
  const capabilities = [
    'IMAP4rev1',
    'AUTH=PLAIN',
    'AUTH=XOAUTH2',
    'SASL-IR',
    ...(parts.settings.offersIdle ? ['IDLE'] : []),
    'SPECIAL-USE',
    'UIDPLUS',
    'NAMESPACE',
  ];
  if (parts.settings.listStatus) capabilities.push('LIST-EXTENDED', 'LIST-STATUS');
  switch (name) {
    case 'CAPABILITY':
      return `* CAPABILITY ${capabilities.join(' ')}\r\n${tag} OK done\r\n`;
    case 'NOOP':
      return `${tag} OK done\r\n`;
    case 'LOGIN':
      return loggedIn(session, tag, parts.identify.byPassword(textOf(given[0]), textOf(given[1])));
    case 'AUTHENTICATE':
      return authenticate(wire, session, parts.identify, tag, given);
  }
  if (!session.mailbox) return `${tag} BAD Log in first\r\n`;
  try {
    return mailboxCommand(session, session.mailbox, parts, command);
  } catch (error) {
    return `${tag} BAD ${error instanceof Error ? error.message : 'Cannot be understood'}\r\n`;
  }
}

async function authenticate(wire: Wire, session: Session, identify: Identify, tag: string, given: Token[]) {
  const method = textOf(given[0]).toUpperCase();
  let initial = given[1] === undefined ? null : textOf(given[1]);
  if (initial === null) {
    wire.write('+ \r\n');
    initial = await wire.readLine();
  }
  const mailbox = saslIdentity(identify, method, initial ?? '');
  if (!mailbox && method === 'XOAUTH2') {
    wire.write(`+ ${Buffer.from('{"status":"400","schemes":"bearer"}').toString('base64')}\r\n`);
    await wire.readLine();
  }
  return loggedIn(session, tag, mailbox);
}

function loggedIn(session: Session, tag: string, mailbox: Mailbox | null): string {
  if (!mailbox) return `${tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n`;
  session.mailbox = mailbox;
  return `${tag} OK Logged in\r\n`;
}

function mailboxCommand(session: Session, mailbox: Mailbox, parts: ImapParts, command: Command): string | Buffer {
  const { tag, name, arguments: given } = command;
  const { store, settings } = parts;
  if (name === 'LIST') return list(mailbox, store, settings, tag, given);
  if (name === 'NAMESPACE') return `* NAMESPACE (("" "/")) NIL NIL\r\n${tag} OK done\r\n`;
  if (name === 'LSUB')
    return `${[...mailbox.folders.keys()].map((path) => `* LSUB () "/" "${path}"\r\n`).join('')}${tag} OK done\r\n`;
  if (name === 'STATUS' || name === 'SELECT' || name === 'EXAMINE' || name === 'APPEND') {
    const folder = mailbox.folders.get(textOf(given[0]));
    if (!folder) return `${tag} NO [TRYCREATE] There is no such folder\r\n`;
    if (name === 'STATUS') return `${statusLine(store, settings, folder)}${tag} OK done\r\n`;
    if (name === 'APPEND') return append(store, folder, tag, given);
    session.selected = null;
    if (parts.isLocked(folder)) return `${tag} NO [NOPERM] Not yours\r\n`;
    session.selected = folder;
    session.toldCount = placeOf(store, folder).count;
    return select(store, folder, tag, name === 'EXAMINE');
  }
  const { selected } = session;
  if (!selected) return `${tag} BAD Select a folder first\r\n`;
  const mails = store.seen(selected);
  if (name === 'UID SEARCH') {
    const found = mails.filter((mail) => fits(mail, given, mails.at(-1)?.uid ?? 0));
    return `* SEARCH${found.map(({ uid }) => ` ${uid}`).join('')}\r\n${tag} OK done\r\n`;
  }
  if (name === 'UID FETCH') return uidFetch(selected, parts, tag, given);
  return `${tag} BAD Unknown command\r\n`;
}

function list(mailbox: Mailbox, store: MailStore, settings: ImapSettings, tag: string, given: Token[]): string {
  const pattern = textOf(given[1]);
  if (pattern === '') return `* LIST (\\Noselect) "/" ""\r\n${tag} OK done\r\n`;
  const wanted = [...mailbox.folders.values()].filter(({ path }) => pattern === '*' || pattern === path);
  const returns = Array.isArray(given[3]) ? given[3].map((one) => textOf(one).toUpperCase()) : [];
  if (returns.length > 0 && !settings.listStatus) return `${tag} BAD No extended LIST\r\n`;
  const lines = wanted.flatMap((folder) => [
    `* LIST (\\HasNoChildren${folder.use ? ` ${folder.use}` : ''}) "/" "${folder.path}"\r\n`,
    ...(returns.includes('STATUS') ? [statusLine(store, settings, folder)] : []),
  ]);
  return `${lines.join('')}${tag} OK done\r\n`;
}

function statusLine(store: MailStore, settings: ImapSettings, folder: Folder): string {
  const { uidNext, count } = settings.staleStatus ? { uidNext: 1, count: 0 } : placeOf(store, folder);
  return `* STATUS "${folder.path}" (MESSAGES ${count} UIDNEXT ${uidNext} UIDVALIDITY ${folder.uidValidity})\r\n`;
}

/** A mail that is filed later gets its UID then, for all a client can tell. */
function placeOf(store: MailStore, folder: Folder): { uidNext: number; count: number } {
  const mails = store.seen(folder);
  const hidden = folder.mails.length - mails.length;
  return { uidNext: hidden > 0 ? (mails.at(-1)?.uid ?? 0) + 1 : folder.uidNext, count: mails.length };
}

function select(store: MailStore, folder: Folder, tag: string, readOnly: boolean): string {
  const { uidNext, count } = placeOf(store, folder);
  return [
    '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
    `* ${count} EXISTS`,
    `* OK [UIDVALIDITY ${folder.uidValidity}] good`,
    `* OK [UIDNEXT ${uidNext}] predicted`,
    `${tag} OK [${readOnly ? 'READ-ONLY' : 'READ-WRITE'}] selected\r\n`,
  ].join('\r\n');
}

function append(store: MailStore, folder: Folder, tag: string, given: Token[]): string {
  const raw = given.at(-1);
  if (!Buffer.isBuffer(raw) || raw.length > mostLiteral) return `${tag} NO [TOOBIG] The mail is too large\r\n`;
  const flags = given.find(Array.isArray);
  const mail = store.file(folder, raw, { flags: Array.isArray(flags) ? flags.map(textOf) : [] });
  return `${tag} OK [APPENDUID ${folder.uidValidity} ${mail.uid}] done\r\n`;
}

/** Like Dovecot with a damaged mail: it hands out the others and ends with NO. */
function uidFetch(folder: Folder, parts: ImapParts, tag: string, given: Token[]): Buffer {
  const mails = parts.store.seen(folder);
  const last = mails.at(-1)?.uid ?? 0;
  const items = Array.isArray(given[1]) ? given[1] : [given[1] ?? ''];
  const readsBody = items.some((item) => /^BODY(\.PEEK)?\[\]$/i.test(textOf(item)));
  const answers: Buffer[] = [];
  let end = `${tag} OK done\r\n`;
  for (const [index, mail] of mails.entries()) {
    if (!isInSet(textOf(given[0]), mail.uid, last)) continue;
    if (readsBody && parts.isBroken(folder, mail.uid)) end = `${tag} NO [SERVERBUG] Internal error\r\n`;
    else {
      const asked = items.some((item) => textOf(item).toUpperCase() === 'UID') ? items : ['UID', ...items];
      answers.push(fetchAnswer(index + 1, mail, asked));
    }
  }
  return Buffer.concat([...answers, Buffer.from(end)]);
}

async function idle(wire: Wire, session: Session, store: MailStore, tag: string): Promise<void> {
  const { selected } = session;
  if (!selected) return wire.write(`${tag} BAD Select a folder first\r\n`);
  wire.write('+ idling\r\n');
  const tell = setInterval(() => {
    const count = store.seen(selected).length;
    if (count !== session.toldCount) wire.write(`* ${count} EXISTS\r\n`);
    session.toldCount = count;
  }, 20);
  const line = await wire.readLine();
  clearInterval(tell);
  if (line !== null) wire.write(`${tag} ${line.toUpperCase() === 'DONE' ? 'OK' : 'BAD'} idle ended\r\n`);
}
