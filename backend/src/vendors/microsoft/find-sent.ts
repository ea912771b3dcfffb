import type { Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount, MailboxVendor, SentMail, SentSearch } from '../../email/mailbox.ts';
import { readIds } from './folder-mail.ts';
import { asError, type Graph, jsonOf, query, quoted } from './graph-call.ts';
import { headersOf } from './header-lines.ts';
import { asSentMail, isOurs, listOwn, mostCandidates, propertyFilter, removeDraft } from './own-mail.ts';

/**
 * How long after acceptance Exchange may take to file the copy in Sent Items before a miss counts as "not there". Microsoft
 * publishes no figure; seen are seconds. It also outlasts a request that was still travelling when we stopped waiting.
 */
const copyLagSeconds = 600;
/** Between our clock and Microsoft's. */
const clockSkewSeconds = 300;
/** A copy that shows neither id is opened when it went to the same person. */
const mostOpened = 50;

type Search = Parameters<MailboxVendor['findSent']>[1];

/**
 * Looks for a mail of ours: by either id in the whole mailbox (it may lie in the trash), then among all copies of that time.
 * One that was never sent is still a draft: it is removed before it is called absent, which also makes a send that is still
 * on its way fail.
 */
export async function findSent(graph: Graph, account: MailboxAccount, search: Search, now: Date): Promise<SentSearch> {
  const sent = (await listById(graph, account, search)).find(({ isDraft }) => isDraft === false);
  if (sent) return { outcome: 'found', mail: asSentMail(sent) };
  const copy = await searchCopies(graph, account, search);
  if (copy) return copy;
  const trustedFrom = new Date(search.sentBefore.getTime() + copyLagSeconds * 1000);
  if (now < trustedFrom) {
    return { outcome: 'unclear', reason: `Outlook may not show it in Sent before ${trustedFrom.toISOString()}` };
  }
  return withdraw(graph, account, search);
}

/** Removes what was never sent, until nothing of it is left that could be. */
async function withdraw(graph: Graph, account: MailboxAccount, search: Search): Promise<SentSearch> {
  const resting = await readIds(graph, account, ['drafts', 'deleteditems']);
  // A removed draft may lie in Deleted Items first; from there it goes for good.
  for (let round = 0; round < 3; round += 1) {
    const left = await listById(graph, account, search);
    if (left.length === 0) return { outcome: 'absent' };
    for (const { id, isDraft, parentFolderId } of left) {
      const rests = isDraft && resting.includes(parentFolderId ?? '');
      if (!rests)
        return { outcome: 'unclear', reason: 'it is neither in Drafts nor in Sent: Outlook may be sending it' };
      if (!(await removeDraft(graph, account, id ?? '')))
        return { outcome: 'unclear', reason: 'it left Drafts a moment ago' };
    }
  }
  return { outcome: 'unclear', reason: 'its draft cannot be removed' };
}

/** By our property, and by Message-ID for a draft that did not get it any more. */
async function listById(graph: Graph, account: MailboxAccount, { messageIdHeader }: Search): Promise<Message[]> {
  const marked = await listOwn(graph, account, 'me/messages', propertyFilter(messageIdHeader));
  const named = await listOwn(graph, account, 'me/messages', `internetMessageId eq ${quoted(messageIdHeader)}`);
  return [...new Map([...marked.messages, ...named.messages].map((message) => [message.id, message])).values()];
}

/** Compares all copies of the time in question; null when none is ours. */
async function searchCopies(graph: Graph, account: MailboxAccount, search: Search): Promise<SentSearch | null> {
  const at = (date: Date, skew: number) => new Date(date.getTime() + skew * 1000).toISOString();
  const filter = `sentDateTime ge ${at(search.sentAfter, -clockSkewSeconds)} and sentDateTime le ${at(search.sentBefore, clockSkewSeconds)}`;
  const hidden: Message[] = [];
  for (const folder of ['sentitems', 'deleteditems']) {
    const { messages, cut } = await listOwn(graph, account, `me/mailFolders/${folder}/messages`, filter);
    const ours = messages.find((message) => !message.isDraft && isOurs(message, search.messageIdHeader));
    if (ours) return { outcome: 'found', mail: asSentMail(ours) };
    if (cut) return { outcome: 'unclear', reason: `more than ${mostCandidates} mails in the time in question` };
    hidden.push(
      ...messages.filter((message) => !message.singleValueExtendedProperties?.length && isTo(message, search.to)),
    );
  }
  if (hidden.length > mostOpened) return { outcome: 'unclear', reason: 'too many mails to the same person to open' };
  for (const message of hidden) {
    if (await carriesIdentity(graph, account, message.id ?? '', search.messageIdHeader)) {
      return { outcome: 'found', mail: asSentMail(message) };
    }
  }
  return null;
}

const isTo = ({ toRecipients }: Message, address: string) =>
  toRecipients?.some(({ emailAddress }) => emailAddress?.address?.toLowerCase() === address.toLowerCase()) ?? false;

/** Looks into the mail itself, headers only. */
async function carriesIdentity(graph: Graph, account: MailboxAccount, id: string, identity: string): Promise<boolean> {
  const done = await graph.call(account, { method: 'GET', path: `me/messages/${encodeURIComponent(id)}/$value` });
  if (!done.ok && done.refusal.kind === 'not_found') return false;
  if (!done.ok) throw asError(done.refusal);
  const headers = headersOf(done.answer.body);
  return headers.some(({ name, value }) => name.toLowerCase() === 'x-salesos-message' && value === identity);
}

/** Reads back one mail of ours; null while its copy is not in Sent Items, or when it is no longer there. */
export async function readSent(graph: Graph, account: MailboxAccount, id: string): Promise<SentMail | null> {
  const path = `me/messages/${encodeURIComponent(id)}${query({ $select: 'id,conversationId,internetMessageId,isDraft' })}`;
  const done = await graph.call(account, { method: 'GET', path });
  if (!done.ok && done.refusal.kind === 'not_found') return null;
  if (!done.ok) throw asError(done.refusal);
  const message = jsonOf<Message>(done.answer);
  return message.isDraft ? null : asSentMail(message);
}
