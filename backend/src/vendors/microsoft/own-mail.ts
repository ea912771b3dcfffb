import type { Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount, OutgoingMail, SentMail } from '../../email/mailbox.ts';
import { asError, type Graph, query, quoted } from './graph-call.ts';
import { headersOf } from './header-lines.ts';

/**
 * How a mail of ours is known in the mailbox. The draft's immutable id stays with the copy in Sent Items, but a crash can
 * lose it; Message-ID may be another one after sending. So before a draft is sent, it gets our identity as a property.
 */
const identityProperty = 'String {6f1a4c1e-3f0d-4d5b-9a52-0f6b5b7c2d11} Name SalesOSMessage';
/** Exchange's namespace of internet headers (PS_INTERNET_HEADERS). */
const headerProperty = (name: string) => `String {00020386-0000-0000-C000-000000000046} Name ${name}`;

/** What every look at our own mails asks for. */
const identityQuery = {
  $select: 'id,conversationId,internetMessageId,isDraft,parentFolderId,toRecipients',
  $expand: `singleValueExtendedProperties($filter=id eq ${quoted(identityProperty)})`,
};
export const propertyFilter = (messageIdHeader: string): string =>
  `singleValueExtendedProperties/any(ep: ep/id eq ${quoted(identityProperty)} and ep/value eq ${quoted(messageIdHeader)})`;

export const mostCandidates = 500;
/** More drafts than a rep writes while a mail of ours waits to be tried again. */
const newestDrafts = 100;

export function isOurs(message: Message, messageIdHeader: string): boolean {
  const properties = message.singleValueExtendedProperties ?? [];
  return (
    message.internetMessageId === messageIdHeader || properties.some(({ value }) => value?.trim() === messageIdHeader)
  );
}

export function asSentMail(message: Message): SentMail {
  return {
    providerMessageId: message.id ?? '',
    providerThreadId: message.conversationId ?? '',
    wireMessageId: message.internetMessageId ?? '',
  };
}

/**
 * Writes our identity on a draft, and every header outside the standard once more: from MIME alone Exchange drops those
 * that the mailbox has not met yet (microsoft-graph-docs-contrib issue 424).
 */
export async function markDraft(graph: Graph, account: MailboxAccount, id: string, mail: OutgoingMail): Promise<void> {
  const headers = headersOf(mail.raw)
    .filter(({ name }) => /^(x-|list-unsubscribe-post$)/i.test(name))
    .map(({ name, value }) => ({ id: headerProperty(name), value }));
  const singleValueExtendedProperties = [{ id: identityProperty, value: mail.messageIdHeader }, ...headers];
  await graph.read<Message>(account, {
    method: 'PATCH',
    path: `me/messages/${encodeURIComponent(id)}`,
    body: { type: 'application/json', text: JSON.stringify({ singleValueExtendedProperties }) },
  });
}

/** Everything in the mailbox that a filter finds, with its identity; `cut` when there was more than can be compared. */
export async function listOwn(graph: Graph, account: MailboxAccount, path: string, filter: string) {
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

/** Drafts of a mail of ours that an earlier try left behind. */
export async function leftDrafts(graph: Graph, account: MailboxAccount, messageIdHeader: string): Promise<string[]> {
  const page = await graph.read<{ value?: Message[] }>(account, {
    method: 'GET',
    path: `me/mailFolders/drafts/messages${query({ ...identityQuery, $orderby: 'createdDateTime desc', $top: newestDrafts })}`,
  });
  return (page.value ?? []).flatMap((message) => (message.id && isOurs(message, messageIdHeader) ? [message.id] : []));
}

/** Removes a draft, or one in Deleted Items for good. False when it was no longer there. */
export async function removeDraft(graph: Graph, account: MailboxAccount, id: string): Promise<boolean> {
  const done = await graph.call(account, { method: 'DELETE', path: `me/messages/${encodeURIComponent(id)}` });
  if (!done.ok && done.refusal.kind !== 'not_found') throw asError(done.refusal);
  return done.ok;
}
