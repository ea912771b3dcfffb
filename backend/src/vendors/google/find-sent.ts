import type { gmail_v1 } from '@googleapis/gmail';
import type { MailboxAccount, MailboxVendor, SentMail, SentSearch } from '../../email/mailbox.ts';
import { asError, type Gmail } from './gmail-call.ts';

/**
 * How long after acceptance we let Gmail's search lag before a miss counts as "not there". Google publishes no figure; seen
 * are seconds. It also outlasts a request that was still travelling when we stopped waiting for its answer.
 */
const searchLagSeconds = 600;
/** Between our clock and Gmail's. */
const clockSkewSeconds = 300;
/** What one minute's allowance can read. */
const mostCandidates = 200;
const concurrentReads = 5;
const identityHeaders = ['Message-ID', 'X-Google-Original-Message-ID', 'X-SalesOS-Message'];

type Search = Parameters<MailboxVendor['findSent']>[1];

/**
 * Looks for a mail of ours in Sent. The API replaces Message-ID, so asking for it by id finds it only where Gmail kept it;
 * otherwise the mails of that time are compared by the headers that survive.
 */
export async function findSent(gmail: Gmail, account: MailboxAccount, search: Search, now: Date): Promise<SentSearch> {
  const after = Math.floor(search.sentAfter.getTime() / 1000) - clockSkewSeconds;
  const before = Math.ceil(search.sentBefore.getTime() / 1000) + clockSkewSeconds;
  const window = `after:${after} before:${before}`;
  // From the likeliest to the surest: an odd address may escape `to:`, so only the whole window proves absence.
  const queries = [`rfc822msgid:${search.messageIdHeader.replace(/^<|>$/g, '')}`, `${window} to:${search.to}`, window];
  const seen = new Set<string>();
  for (const query of queries) {
    const { ids, cut } = await listIds(gmail, account, query);
    const ours = await findOurs(gmail, account, { ids: ids.filter((id) => !seen.has(id)), search });
    if (ours) return { outcome: 'found', mail: ours };
    for (const id of ids) seen.add(id);
    if (cut) return { outcome: 'unclear', reason: `more than ${mostCandidates} mails sent in the time in question` };
  }
  const trustedFrom = new Date(search.sentBefore.getTime() + searchLagSeconds * 1000);
  if (now >= trustedFrom) return { outcome: 'absent' };
  return { outcome: 'unclear', reason: `Gmail's search may not show it before ${trustedFrom.toISOString()}` };
}

async function findOurs(gmail: Gmail, account: MailboxAccount, { ids, search }: { ids: string[]; search: Search }) {
  for (let start = 0; start < ids.length; start += concurrentReads) {
    const chunk = ids.slice(start, start + concurrentReads);
    const copies = await Promise.all(chunk.map((id) => readCopy(gmail, account, id)));
    const ours = copies.find((copy) => copy !== null && isOurs(copy.headers, search));
    if (ours) return ours.mail;
  }
  return null;
}

/** Reads back one mail of ours; null when it is no longer there. */
export async function readSent(gmail: Gmail, account: MailboxAccount, id: string): Promise<SentMail | null> {
  return (await readCopy(gmail, account, id))?.mail ?? null;
}

async function listIds(gmail: Gmail, account: MailboxAccount, q: string): Promise<{ ids: string[]; cut: boolean }> {
  const ids: string[] = [];
  let pageToken: string | undefined;
  do {
    const page: gmail_v1.Schema$ListMessagesResponse = await gmail.read(account, {
      method: 'GET',
      path: 'messages',
      // By label and with the trash: what the rep threw away was sent all the same.
      query: { q, labelIds: 'SENT', includeSpamTrash: true, maxResults: 500, ...(pageToken ? { pageToken } : {}) },
    });
    for (const { id } of page.messages ?? []) if (id) ids.push(id);
    pageToken = page.nextPageToken ?? undefined;
  } while (pageToken && ids.length < mostCandidates);
  return { ids, cut: pageToken !== undefined };
}

type Headers = gmail_v1.Schema$MessagePartHeader[];

async function readCopy(gmail: Gmail, account: MailboxAccount, id: string) {
  const answer = await gmail.call<gmail_v1.Schema$Message>(account, {
    method: 'GET',
    path: `messages/${encodeURIComponent(id)}`,
    query: { format: 'metadata', metadataHeaders: identityHeaders },
  });
  if (!answer.ok && answer.refusal.kind === 'not_found') return null;
  if (!answer.ok) throw asError(answer.refusal);
  const headers = answer.data.payload?.headers ?? [];
  const mail: SentMail = {
    providerMessageId: id,
    providerThreadId: answer.data.threadId ?? '',
    wireMessageId: headerValue(headers, 'Message-ID') ?? '',
  };
  return { headers, mail };
}

function isOurs(headers: Headers, { messageIdHeader }: Search): boolean {
  return identityHeaders.some((name) => headerValue(headers, name) === messageIdHeader);
}

function headerValue(headers: Headers, name: string): string | null {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name?.toLowerCase() === wanted)?.value?.trim() ?? null;
}
