import type { Socket } from 'node:net';
import { type Identify, saslIdentity } from './identify.ts';
import type { Mailbox } from './mailboxes.ts';
import { answerWith, type Troubles } from './trouble.ts';
import { createWire, type Wire } from './wire.ts';

export interface SmtpSettings {
  sizeLimit: number;
}

interface SmtpParts {
  identify: Identify;
  troubles: Troubles;
  settings: SmtpSettings;
  /** Null, or the reply that refuses the recipient. */
  refuseRecipient(sender: Mailbox, recipient: string): string | null;
  accept(sender: Mailbox, recipients: string[], raw: Buffer): Promise<void>;
}

interface Session {
  mailbox: Mailbox | null;
  from: string | null;
  recipients: string[];
}

/** A submission server (RFC 5321, 6409): nobody sends without logging in, or as somebody else. */
export function serveSmtp(socket: Socket, parts: SmtpParts, onLogin: (mailbox: Mailbox, wire: Wire) => void): void {
  const wire = createWire(socket);
  const session: Session = { mailbox: null, from: null, recipients: [] };
  void converse(wire, session, parts, (mailbox) => onLogin(mailbox, wire)).catch(() => wire.destroy());
}

async function converse(wire: Wire, session: Session, parts: SmtpParts, onLogin: (mailbox: Mailbox) => void) {
  await answerWith(wire, parts.troubles.pick('smtp', 'CONNECT'), '', () => '220 mail.northwind.example ESMTP\r\n');
  for (;;) {
    const line = await wire.readLine();
    if (line === null) return;
    const [name = ''] = line.toUpperCase().split(' ', 1);
    const trouble = parts.troubles.pick('smtp', name);
    if (name === 'QUIT') return wire.end('221 2.0.0 Bye\r\n');
    const before = session.mailbox;
    await answerWith(wire, trouble, '', async () => `${await act(wire, session, parts, name, line)}\r\n`);
    if (!before && session.mailbox) onLogin(session.mailbox);
    const goesOn = name === 'DATA' && !trouble && session.recipients.length > 0;
    if (goesOn && !(await takeMessage(wire, session, parts))) return;
  }
}

async function act(wire: Wire, session: Session, parts: SmtpParts, name: string, line: string): Promise<string> {
  const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
  switch (name) {
    case 'EHLO':
      return `250-mail.northwind.example\r\n250-SIZE ${parts.settings.sizeLimit}\r\n250-8BITMIME\r\n250-AUTH PLAIN XOAUTH2\r\n250 ENHANCEDSTATUSCODES`;
    case 'NOOP':
      return '250 2.0.0 Ok';
    case 'RSET':
      Object.assign(session, { from: null, recipients: [] });
      return '250 2.0.0 Ok';
    case 'AUTH':
      return authenticate(wire, session, parts.identify, line);
    case 'MAIL':
      if (!session.mailbox) return '530 5.7.0 Authentication required';
      if (session.from) return '503 5.5.1 Sender already given';
      if (address.toLowerCase() !== session.mailbox.address) return `553 5.7.1 <${address}>: not owned by this user`;
      if (Number(/SIZE=(\d+)/i.exec(line)?.[1] ?? 0) > parts.settings.sizeLimit) return '552 5.3.4 Message too big';
      session.from = address;
      return '250 2.1.0 Ok';
    case 'RCPT': {
      if (!session.mailbox || !session.from) return '503 5.5.1 Need MAIL command';
      if (!/^[^\s@]+@[^\s@]+$/.test(address)) return '501 5.1.3 Bad recipient address syntax';
      const refusal = parts.refuseRecipient(session.mailbox, address.toLowerCase());
      if (refusal) return refusal;
      session.recipients.push(address.toLowerCase());
      return '250 2.1.5 Ok';
    }
    case 'DATA':
      return session.recipients.length > 0 ? '354 End data with <CR><LF>.<CR><LF>' : '503 5.5.1 Need RCPT command';
    default:
      return '502 5.5.2 Command not recognized';
  }
}

async function authenticate(wire: Wire, session: Session, identify: Identify, line: string): Promise<string> {
  const [, method = '', initial] = line.split(' ');
  let response = initial ?? null;
  if (response === null) {
    wire.write('334 \r\n');
    response = await wire.readLine();
  }
  const mailbox = saslIdentity(identify, method.toUpperCase(), response ?? '');
  if (!mailbox && method.toUpperCase() === 'XOAUTH2') {
    wire.write(`334 ${Buffer.from('{"status":"400","schemes":"bearer"}').toString('base64')}\r\n`);
    await wire.readLine();
  }
  if (!mailbox) return '535 5.7.8 Username and Password not accepted';
  session.mailbox = mailbox;
  return '235 2.7.0 Accepted';
}

/** What follows DATA. False when the client was gone before the final dot: then nothing was accepted. */
async function takeMessage(wire: Wire, session: Session, parts: SmtpParts): Promise<boolean> {
  const lines: string[] = [];
  for (;;) {
    const line = await wire.readLine();
    if (line === null) return false;
    if (line === '.') break;
    lines.push(line.startsWith('.') ? line.slice(1) : line);
  }
  const raw = Buffer.from(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
  await answerWith(wire, parts.troubles.pick('smtp', 'MESSAGE'), '', async () => {
    const { mailbox, recipients } = session;
    Object.assign(session, { from: null, recipients: [] });
    if (!mailbox) return '503 5.5.1 Not now\r\n';
    if (raw.length > parts.settings.sizeLimit) return '552 5.3.4 Message too big\r\n';
    await parts.accept(mailbox, recipients, raw);
    return '250 2.0.0 Ok: queued\r\n';
  });
  Object.assign(session, { from: null, recipients: [] });
  return true;
}
