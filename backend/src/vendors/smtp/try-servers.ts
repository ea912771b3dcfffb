import { setTimeout as wait } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import { newToken } from '../../core/ids.ts';
import { type Grant, GrantRefused, type Tokens } from '../../tenants/oauth.ts';
import { defaultTimeoutSeconds, type MailServerConfig } from './config.ts';
import { explainFailure } from './explain-failure.ts';
import { listFolders } from './folders.ts';
import { openImap, replyOf } from './imap-session.ts';
import { type MailLogin, startTokens, withServers } from './oauth.ts';
import { openFolder, searchUids } from './read-folder.ts';
import { type MailServers, readServers, type Server } from './servers.ts';
import { openSmtp, SmtpFailure } from './smtp-session.ts';

/** What a person enters to connect a mailbox. */
export interface MailServersForm {
  address: string;
  displayName: string | null;
  user: string;
  imap: Server;
  smtp: Server;
  login: MailLogin;
}

/** A grant to keep, or one sentence for the person that says what is wrong and what to try. */
export type Tried = { grant: Grant } | { problem: string };

/** The test mail mostly is there at once; it is looked for again after longer and longer pauses. */
const firstPauseSeconds = 0.2;
const longestPauseSeconds = 4;
/** Looks for its copy in Sent once the mail itself has arrived. */
const copyLooks = 3;

/** Logs in at both servers, sends a mail from the mailbox to itself and reads it: only what worked is kept. */
export function createTryServers(
  config: MailServerConfig,
  renew: (refreshToken: string, account: string) => Promise<Tokens>,
) {
  return async (form: MailServersForm): Promise<Tried> => {
    const { address, displayName, user, imap, smtp } = form;
    const asked: MailServers = {
      imap,
      smtp,
      user,
      displayName,
      secret: { kind: 'password', password: '' },
      filesSent: false,
    };
    try {
      const tokens = await startTokens(form.login, asked, address, renew);
      const servers = readServers(tokens.accessToken);
      const filesSent = await tryBoth(config, servers, address);
      const grant: Grant = {
        tokens: withServers(tokens, { ...servers, filesSent }),
        accountId: address,
        accountName: displayName,
        user: null,
      };
      return { grant };
    } catch (error) {
      if (error instanceof Problem) return { problem: error.message };
      if (error instanceof GrantRefused) return { problem: 'The sign-in service does not accept these values.' };
      throw error;
    }
  };
}

/** For the person at the form. */
class Problem extends Error {}

async function tryBoth(config: MailServerConfig, servers: MailServers, address: string): Promise<boolean> {
  const client = await openImap(config, servers).catch((error: unknown) => {
    throw new Problem(explainFailure('imap', servers.imap, error));
  });
  try {
    const messageId = `<${newToken()}@${address.split('@')[1]}>`;
    await sendTest(config, servers, address, testMail(address, messageId, config.clock.now()));
    return await readTest(client, messageId, config.timeoutSeconds ?? defaultTimeoutSeconds);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(explainFailure('imap', servers.imap, error));
  } finally {
    client.close();
  }
}

async function sendTest(config: MailServerConfig, servers: MailServers, address: string, raw: Buffer): Promise<void> {
  const session = await openSmtp(config, servers).catch((error: unknown) => {
    throw new Problem(explainFailure('smtp', servers.smtp, error));
  });
  try {
    await session.send({ from: address, to: address, copyTo: null }, raw);
  } catch (error) {
    const said = error instanceof SmtpFailure && error.reply ? error.reply.text : replyOf(error);
    throw new Problem(`The outgoing server accepts the login, but no mail from ${address}. It said: “${said}”`);
  } finally {
    session.close();
  }
}

/** Waits for the test mail; whether the server filed a copy of it in Sent. */
async function readTest(client: ImapFlow, messageId: string, waitSeconds: number): Promise<boolean> {
  let looksAfterArrival = 0;
  let pause = firstPauseSeconds;
  for (let waited = 0; waited < waitSeconds; waited += pause) {
    await wait(pause * 1000);
    pause = Math.min(pause * 1.5, longestPauseSeconds);
    const kinds = await findTest(client, messageId);
    if (kinds.has('sent')) return true;
    if (kinds.size > 0) looksAfterArrival += 1;
    if (looksAfterArrival >= copyLooks) return false;
  }
  if (looksAfterArrival > 0) return false;
  throw new Problem(
    'The test mail was sent, but did not arrive in the mailbox that the incoming server shows. Check that both servers and the user name belong to the same mailbox, and try again in a minute.',
  );
}

async function findTest(client: ImapFlow, messageId: string): Promise<Set<string>> {
  const kinds = new Set<string>();
  for (const folder of await listFolders(client)) {
    if (!(await openFolder(client, folder))) continue;
    const found = await searchUids(client, { header: { 'message-id': messageId } });
    if (found.length > 0) kinds.add(folder.kind);
  }
  return kinds;
}

function testMail(address: string, messageId: string, now: Date): Buffer {
  const lines = [
    `From: ${address}`,
    `To: ${address}`,
    'Subject: SalesOS can send from this mailbox',
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${messageId}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'This is the test mail of SalesOS: it was sent from this mailbox and read in it. You can delete it.',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
