/** Outlook of one rep, new for each test of a file, and what the tests ask of it. */
import { afterEach, beforeEach } from 'vitest';
import { begin, repAddress } from '../../email/mailbox.harness.ts';
import type { MailboxAccount, OutgoingMail } from '../../email/mailbox.ts';
import { accountOf, type StartedMicrosoft, startMicrosoft } from './mailbox.harness.ts';

interface Call {
  method: string;
  path: string;
}
export const isDrafting = ({ method, path }: Call) => method === 'POST' && path.endsWith('/messages');
export const isSending = ({ path }: Call) => path.endsWith('/send');
export const isRemoving = ({ method }: Call) => method === 'DELETE';

export function outlookForEachTest() {
  const outlook = {
    started: undefined as unknown as StartedMicrosoft,
    account: undefined as unknown as MailboxAccount,
    async start(options: Parameters<typeof startMicrosoft>[0] = {}) {
      outlook.started = await startMicrosoft(options);
      outlook.account = accountOf(outlook.started);
    },
    get fake() {
      return outlook.started.fake;
    },
    get clock() {
      return outlook.started.clock;
    },
    get mailbox() {
      return outlook.started.microsoft.mailbox;
    },
    /** Where Graph answers. */
    get url() {
      return outlook.started.url;
    },
    send: (mail: OutgoingMail) => outlook.mailbox.send(outlook.account, mail),
    find: (mail: OutgoingMail) =>
      outlook.mailbox.findSent(outlook.account, {
        messageIdHeader: mail.messageIdHeader,
        to: mail.to,
        sentAfter: begin,
        sentBefore: new Date(begin.getTime() + 60_000),
      }),
    listNew: (cursor: string | null, from = begin) => outlook.mailbox.listNew(outlook.account, cursor, from),
    drafts: () => outlook.fake.draftsOf(repAddress),
    sent: () => outlook.fake.sentOf(repAddress),
  };
  beforeEach(() => outlook.start());
  afterEach(() => outlook.started.close());
  return outlook;
}
