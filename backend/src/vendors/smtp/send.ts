import { VendorUnavailable } from '../../core/errors.ts';
import { VendorError } from '../../core/http.ts';
import { type MailboxAccount, MailboxDisconnected, type OutgoingMail, type SendResult } from '../../email/mailbox.ts';
import type { MailServerConfig } from './config.ts';
import { within } from './deadline.ts';
import { fileCopy } from './file-copy.ts';
import type { Imap } from './imap-session.ts';
import { readIdentity, threadOf } from './mail-identity.ts';
import { assertNoTransaction } from './reach.ts';
import { type MailServers, readServers } from './servers.ts';
import { createSessionPool } from './session-pool.ts';
import { readFailure } from './smtp-reply.ts';
import { openSmtp, SmtpFailure, type SmtpSession } from './smtp-session.ts';

/** Shorter than any server's own patience. */
const idleSeconds = 30;

/** A copy that takes longer is filed while the send is already reported. */
const mostFilingSeconds = 15;

type NotSent = Exclude<SendResult, { outcome: 'sent' }>;

/** Sends by SMTP over connections that are kept for the next mail. A mail whose content began to leave is never repeated. */
export function createSender(config: MailServerConfig, imap: Imap) {
  const pool = createSessionPool<SmtpSession>(idleSeconds, (session) => session.close());
  const keyOf = ({ tenantId, mailboxId }: MailboxAccount, token: string) => `${tenantId} ${mailboxId} ${token}`;

  async function open(account: MailboxAccount): Promise<{ session: SmtpSession; key: string; servers: MailServers }> {
    const token = await account.token();
    const key = keyOf(account, token);
    for (let session = pool.take(key); session; session = pool.take(key))
      if (await session.isAlive()) return { session, key, servers: readServers(token) };
    const servers = readServers(token);
    try {
      return { session: await openSmtp(config, servers), key, servers };
    } catch (error) {
      if (!isRefused(error, config)) throw error;
      const next = await account.token(token);
      const renewed = readServers(next);
      return { session: await openSmtp(config, renewed), key: keyOf(account, next), servers: renewed };
    }
  }

  async function send(account: MailboxAccount, mail: OutgoingMail): Promise<SendResult> {
    assertNoTransaction();
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(mail.to))
      return { outcome: 'rejected', code: '5.1.3', reason: `“${mail.to}” is no mail address` };
    let copyRefused: string | null;
    try {
      const { session, key, servers } = await open(account);
      const { to, copyTo } = mail;
      ({ copyRefused } = await session.send({ from: account.address, to, copyTo }, mail.raw));
      pool.give(key, session);
      if (!servers.filesSent) await fileOwnCopy(account, mail);
    } catch (error) {
      return notSent(error, config);
    }
    const thread = threadOf(readIdentity(mail.raw), mail.messageIdHeader);
    return {
      outcome: 'sent',
      providerMessageId: mail.messageIdHeader,
      providerThreadId: thread,
      ...(copyRefused ? { copyRefused } : {}),
    };
  }

  /** The mail was sent, whatever becomes of its copy. */
  async function fileOwnCopy(account: MailboxAccount, mail: OutgoingMail): Promise<void> {
    const filing = imap.use(account, (client) => fileCopy(client, mail.raw, mail.messageIdHeader));
    await within(mostFilingSeconds, filing, () => {}).catch(() => {});
    filing.catch(() => {});
  }

  return { send, close: pool.close };
}

const isRefused = (error: unknown, { clock }: MailServerConfig) =>
  error instanceof SmtpFailure && readFailure(error, clock.now()).outcome === 'disconnected';

function notSent(error: unknown, { clock }: MailServerConfig): NotSent {
  if (error instanceof SmtpFailure) return readFailure(error, clock.now());
  if (error instanceof MailboxDisconnected) return { outcome: 'disconnected', reason: error.message };
  // Only getting a token throws these here: no server had heard of the mail.
  if (error instanceof VendorUnavailable)
    return {
      outcome: 'deferred',
      code: error.code,
      reason: error.message,
      retryAfterSeconds: error.retryAfterSeconds ?? 60,
    };
  if (!(error instanceof VendorError)) throw error;
  return {
    outcome: 'deferred',
    code: error.kind,
    reason: error.message,
    retryAfterSeconds: error.retryAfterSeconds,
  };
}
