import { z } from 'zod';
import type { Http } from '../src/core/http.ts';
import type { MailboxAccount, MailboxVendor } from '../src/email/mailbox.ts';

const sentAnswer = z.object({ id: z.string() });
const newAnswer = z.object({ cursor: z.string().nullable(), mails: z.array(z.string()) });

/** The mailbox socket filled by the provider that does nothing: one call per reply check, one per send. */
export function benchMailboxes(http: Http, port: number): MailboxVendor {
  const call = async (account: MailboxAccount, method: string, path: string, body?: string) => {
    const answer = await http.request({
      vendor: 'bench',
      account: account.mailboxId,
      method,
      url: `http://127.0.0.1:${port}${path}`,
      headers: { authorization: `Bearer ${await account.token()}`, 'content-type': 'application/json' },
      ...(body ? { body } : {}),
    });
    return answer.json();
  };
  return {
    id: 'bench',
    name: 'Bench',
    limits: { sendsPerDay: 1_000_000, sendsPerMinute: 1_000_000 },
    profile: async ({ address }) => ({ address, displayName: null }),
    async send(account, mail) {
      const body = JSON.stringify({ raw: mail.raw.toString('base64url') });
      const { id } = sentAnswer.parse(await call(account, 'POST', '/send', body));
      return { outcome: 'sent', providerMessageId: id, providerThreadId: id };
    },
    async listNew(account, cursor) {
      const found = newAnswer.parse(await call(account, 'GET', '/new'));
      const mails = found.mails.map((raw, index) => ({
        providerMessageId: `${found.cursor}-${index}`,
        providerThreadId: `${found.cursor}-${index}`,
        receivedAt: new Date(),
        folder: 'inbox' as const,
        raw: Buffer.from(raw),
      }));
      return { mails, unreadable: [], cursor: found.cursor ?? cursor ?? 'start', hasMore: false, resynced: false };
    },
    findSent: async () => ({ outcome: 'absent' }),
    readSent: async () => null,
    watch: async () => null,
  };
}
