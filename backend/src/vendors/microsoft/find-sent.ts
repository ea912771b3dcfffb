import type { Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount, MailboxVendor, SentMail, SentSearch } from '../../email/mailbox.ts';
import { asError, type Graph, jsonOf, query, quoted } from './graph-call.ts';
import { asSentMail, identityProperty, identityQuery, isOurs, leftDrafts, removeDraft } from './own-mail.ts';

/**
 * How long after acceptance Exchange may take to file the copy in Sent Items before a miss counts as "not there". Microsoft
 * publishes no figure; seen are seconds. It also outlasts a request that was still travelling when we stopped waiting.
 */
const copyLagSeconds = 600;
/** Between our clock and Microsoft's. */
const clockSkewSeconds = 300;
const mostCandidates = 500;
/** A copy that shows neither id is opened when it went to the same person. */
const mostOpened = 50;

type Search = Parameters<MailboxVendor['findSent']>[1];

/**
 * Looks for a mail of ours: by either id in the whole mailbox (it may lie in the trash), then among all copies of that time.
 * One that was never sent still lies in Drafts: it is removed before it is called absent, which also makes a send that is
 * still on its way fail.
 */
export async function findSent(graph: Graph, account: MailboxAccount, search: Search, now: Date): Promise<SentSearch> {
  const known = [
    ...(await listAll(graph, account, 'me/messages', `internetMessageId eq ${quoted(search.messageIdHeader)}`))
      .messages,
    ...(await listAll(graph, account, 'me/messages', propertyFilter(search.messageIdHeader))).messages,
  ];
  const sent = known.find(({ isDraft }) => isDraft === false);
  if (sent) return { outcome: 'found', mail: asSentMail(sent) };
  const copy = await searchCopies(graph, account, search);
  if (copy) return copy;
  const trustedFrom = new Date(search.sentBefore.getTime() + copyLagSeconds * 1000);
  if (now < trustedFrom) {
    return { outcome: 'unclear', reason: `Outlook may not show it in Sent before ${trustedFrom.toISOString()}` };
  }
  const drafts = await leftDrafts(graph, account, search.messageIdHeader);
  if (known.some(({ id }) => !drafts.includes(id ?? ''))) {
    return { outcome: 'unclear', reason: 'it is neither in Drafts nor in Sent: Outlook may be sending it' };
  }
  for (const id of drafts) {
    const removed = await removeDraft(graph, account, id);
    if (!removed) return { outcome: 'unclear', reason: 'it left Drafts a moment ago' };
  }
  return { outcome: 'absent' };
}

const propertyFilter = (value: string) =>
  `singleValueExtendedProperties/any(ep: ep/id eq ${quoted(identityProperty)} and ep/value eq ${quoted(value)})`;

/** Compares all copies of the time in question; null when none is ours. */
async function searchCopies(graph: Graph, account: MailboxAccount, search: Search): Promise<SentSearch | null> {
  const at = (date: Date, skew: number) => new Date(date.getTime() + skew * 1000).toISOString();
  const filter = `sentDateTime ge ${at(search.sentAfter, -clockSkewSeconds)} and sentDateTime le ${at(search.sentBefore, clockSkewSeconds)}`;
  const hidden: Message[] = [];
  for (const folder of ['sentitems', 'deleteditems']) {
    const { messages, cut } = await listAll(graph, account, `me/mailFolders/${folder}/messages`, filter);
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
  const head = done.answer.text().split(/\r?\n\r?\n/, 1)[0] ?? '';
  const header = /^X-SalesOS-Message:((?:.*)(?:\r?\n[ \t].*)*)/im.exec(head)?.[1];
  return header?.replace(/\s+/g, '') === identity;
}

async function listAll(graph: Graph, account: MailboxAccount, path: string, filter: string) {
  const messages: Message[] = [];
  let next: string | undefined = `${path}${query({ ...identityQuery, $filter: filter, $top: 100 })}`;
  while (next && messages.length < mostCandidates) {
    const page: { value?: Message[]; '@odata.nextLink'?: string } = await graph.read(account, {
      method: 'GET',
      path: next,
    });
    messages.push(...(page.value ?? []));
    next = page['@odata.nextLink'] && graph.pathOf(page['@odata.nextLink']);
  }
  return { messages, cut: next !== undefined };
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
