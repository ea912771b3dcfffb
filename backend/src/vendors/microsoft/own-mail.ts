import type { Message } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount, SentMail } from '../../email/mailbox.ts';
import { asError, type Graph, query, quoted } from './graph-call.ts';

/**
 * How a mail of ours is known in the mailbox. The draft's immutable id stays with the copy in Sent Items, but a crash can
 * lose it; Message-ID may be another one after sending. So each mail carries its identity in X-SalesOS-Message too, which
 * Outlook shows as a property of the namespace PS_INTERNET_HEADERS where it takes it over.
 */
export const identityProperty = 'String {00020386-0000-0000-C000-000000000046} Name X-SalesOS-Message';

/** What every look at our own mails asks for. */
export const identityQuery = {
  $select: 'id,conversationId,internetMessageId,isDraft,toRecipients',
  $expand: `singleValueExtendedProperties($filter=id eq ${quoted(identityProperty)})`,
};

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

/** Drafts of a mail of ours that an earlier try left behind. */
export async function leftDrafts(graph: Graph, account: MailboxAccount, messageIdHeader: string): Promise<string[]> {
  const page = await graph.read<{ value?: Message[] }>(account, {
    method: 'GET',
    path: `me/mailFolders/drafts/messages${query({ ...identityQuery, $orderby: 'createdDateTime desc', $top: newestDrafts })}`,
  });
  return (page.value ?? []).flatMap((message) => (message.id && isOurs(message, messageIdHeader) ? [message.id] : []));
}

/** Removes a draft, so that nobody can send it any more. False when it was no longer there. */
export async function removeDraft(graph: Graph, account: MailboxAccount, id: string): Promise<boolean> {
  const done = await graph.call(account, { method: 'DELETE', path: `me/messages/${encodeURIComponent(id)}` });
  if (!done.ok && done.refusal.kind !== 'not_found') throw asError(done.refusal);
  return done.ok;
}
