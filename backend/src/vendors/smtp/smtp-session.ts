import net from 'node:net';
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { defaultTimeoutSeconds, greetingShare, type MailServerConfig } from './config.ts';
import { within } from './deadline.ts';
import { assertReachable, lookupFor } from './reach.ts';
import type { MailServers } from './servers.ts';

/**
 * A logged-in SMTP connection. Not nodemailer's own pool: that one repeats a mail whose connection broke after DATA, when
 * the server may have taken it.
 */
export interface SmtpSession {
  /** False when the connection died while it waited. */
  isAlive(): Promise<boolean>;
  /** Throws SmtpFailure, which tells whether the mail itself had begun to leave. */
  send(envelope: Envelope, raw: Buffer): Promise<{ copyRefused: string | null }>;
  close(): void;
}

export interface Envelope {
  from: string;
  to: string;
  copyTo: string | null;
}

/** Why a mail did not go; the stage is `content` once the server had asked for the mail itself. */
export class SmtpFailure extends Error {
  readonly reply: { code: number; text: string } | null;
  readonly kind: string;
  readonly stage: 'login' | 'envelope' | 'content';
  constructor(cause: unknown, stage: SmtpFailure['stage']) {
    const error = cause as { message?: string; code?: string; responseCode?: number; response?: string };
    super(error.message ?? String(cause), { cause });
    this.kind = error.code ?? '';
    this.reply = error.responseCode ? { code: error.responseCode, text: error.response ?? '' } : null;
    this.stage = stage;
  }
}

/** A connection that waited and does not answer at once is given up. */
const aliveSeconds = 5;

/** Connects and logs in, within one time limit. Throws SmtpFailure. */
export async function openSmtp(config: MailServerConfig, servers: MailServers): Promise<SmtpSession> {
  const { smtp: server, user, secret } = servers;
  const seconds = config.timeoutSeconds ?? defaultTimeoutSeconds;
  let connection: SMTPConnection | null = null;
  const close = () => connection?.close();
  try {
    assertReachable(server, config.loopbackOnly);
    const until = performance.now() + seconds * 1000;
    const secondsLeft = () => Math.max(0.01, (until - performance.now()) / 1000);
    const socket = await connectTo(server, config.loopbackOnly, seconds);
    const opened = new SMTPConnection({
      connection: socket,
      host: server.host,
      port: server.port,
      secure: server.security === 'tls',
      requireTLS: server.security === 'starttls',
      ignoreTLS: server.security === 'none',
      greetingTimeout: seconds * 1000 * greetingShare,
      socketTimeout: seconds * 1000,
      socketCloseTimeout: 1000,
    });
    connection = opened;
    // Whoever waits for an answer hears of a failure there; an idle connection just ends.
    const broken = new Promise<never>((_, reject) => opened.on('error', reject));
    broken.catch(() => {});
    const step = (limitSeconds: number, run: (done: (error?: Error | null) => void) => void) =>
      within(
        limitSeconds,
        Promise.race([
          broken,
          new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve()))),
        ]),
        close,
      );
    await step(secondsLeft(), (done) => opened.connect(done));
    if (!opened.allowsAuth) throw Object.assign(new Error('The server offers no login'), { code: 'ENOAUTH' });
    await step(secondsLeft(), (done) => opened.login(credentials(user, secret), (error) => done(error)));
    return {
      async isAlive() {
        try {
          await step(Math.min(seconds, aliveSeconds), (done) => opened.reset((error) => done(error)));
          return true;
        } catch {
          opened.close();
          return false;
        }
      },
      send: (envelope, raw) => sendRaw(opened, envelope, raw, seconds),
      close: () => opened.quit(),
    };
  } catch (error) {
    close();
    throw new SmtpFailure(error, 'login');
  }
}

function connectTo(server: MailServers['smtp'], loopbackOnly: boolean, seconds: number): Promise<net.Socket> {
  const socket = net.connect({ host: server.host, port: server.port, lookup: lookupFor(loopbackOnly) });
  const connected = new Promise<net.Socket>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
  return within(seconds, connected, () => socket.destroy());
}

/** A token is tried once as it is: renewing it is the business of whoever keeps it. */
function credentials(user: string, secret: MailServers['secret']) {
  if (secret.kind === 'password') return { user, pass: secret.password };
  return { user, oauth2: new XOAuth2({ user, accessToken: secret.accessToken }) };
}

type Refused = Error & { recipient?: string; response?: string };

async function sendRaw(
  connection: SMTPConnection,
  { from, to, copyTo }: Envelope,
  raw: Buffer,
  seconds: number,
): Promise<{ copyRefused: string | null }> {
  const recipients = copyTo === null ? [to] : [to, copyTo];
  const use8BitMime = raw.some((byte) => byte > 127);
  // nodemailer notes the refusals of single recipients on this object.
  const envelope: SMTPConnection.Envelope & { rejectedErrors?: Refused[] } = {
    from,
    to: recipients,
    size: raw.length,
    use8BitMime,
  };
  const refusalOf = (recipient: string) => envelope.rejectedErrors?.find((error) => error.recipient === recipient);
  let hasBegun = false;
  let giveUp = (_: Error) => {};
  // Read only after the server said 354.
  const content = new Readable({
    read() {
      // The copy alone was accepted: without its last line the server drops the mail.
      const refused = refusalOf(to);
      if (refused) {
        connection.close();
        giveUp(refused);
        return;
      }
      hasBegun = true;
      this.push(raw);
      this.push(null);
    },
  });
  try {
    const sent = new Promise<void>((resolve, reject) => {
      giveUp = reject;
      connection.send(envelope, content, (error, info) => (error || !info ? reject(error) : resolve()));
    });
    await within(seconds, sent, () => connection.close());
    const refused = copyTo === null ? undefined : refusalOf(copyTo);
    return { copyRefused: refused ? (refused.response ?? refused.message) : null };
  } catch (error) {
    connection.close();
    throw new SmtpFailure(refusalOf(to) ?? error, hasBegun ? 'content' : 'envelope');
  }
}
