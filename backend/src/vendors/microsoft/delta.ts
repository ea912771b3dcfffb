import type { Message } from '@microsoft/microsoft-graph-types';
import { VendorUnavailable } from '../../core/errors.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { type Folder, type FolderMail, folders, type Places } from './cursor.ts';
import { asFolderMail } from './folder-mail.ts';
import { asError, type Graph, jsonOf, query } from './graph-call.ts';

/**
 * A first round lists the folder and hands over nothing; it starts this far back, so that a clock of ours that runs ahead
 * leaves no mail out for ever: the filter stays with the delta link.
 */
const startBeforeSeconds = 24 * 3600;
const startPageSize = 500;
const mailsPerFolder = 100;

interface DeltaPage {
  value?: (Message & { '@removed'?: unknown })[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

export interface FolderPage {
  mails: FolderMail[];
  place: string;
  hasMore: boolean;
}

/** The newest place of every folder. */
export async function presentPlaces(graph: Graph, account: MailboxAccount, now: Date): Promise<Places> {
  const from = new Date(now.getTime() - startBeforeSeconds * 1000).toISOString();
  const places: Partial<Places> = {};
  for (const folder of folders) {
    let place = `me/mailFolders/${folder}/messages/delta${query({
      changeType: 'created',
      $select: 'id,conversationId,receivedDateTime,isDraft',
      $filter: `receivedDateTime ge ${from}`,
    })}`;
    for (let hasMore = true; hasMore; ) {
      const page = await graph.read<DeltaPage>(account, { method: 'GET', path: place, pageSize: startPageSize });
      ({ place, hasMore } = nextPlace(graph, page));
    }
    places[folder] = place;
  }
  return places as Places;
}

/** One page of what is new in a folder; null when Graph no longer knows the place. */
export async function readFolder(
  graph: Graph,
  account: MailboxAccount,
  folder: Folder,
  place: string,
): Promise<FolderPage | null> {
  const done = await graph.call(account, { method: 'GET', path: place, pageSize: mailsPerFolder });
  // The folders themselves are always there, so whatever is not found or malformed is the token.
  if (!done.ok && ['lost_place', 'not_found', 'invalid'].includes(done.refusal.kind)) return null;
  if (!done.ok) throw asError(done.refusal);
  const page = jsonOf<DeltaPage>(done.answer);
  const mails = (page.value ?? []).flatMap((message) => (message['@removed'] ? [] : asFolderMail(message, folder)));
  return { mails, ...nextPlace(graph, page) };
}

function nextPlace(graph: Graph, page: DeltaPage): { place: string; hasMore: boolean } {
  const next = page['@odata.nextLink'];
  const link = next ?? page['@odata.deltaLink'];
  if (link) return { place: graph.pathOf(link), hasMore: next !== undefined };
  throw new VendorUnavailable('Outlook did not say where its list goes on. We try again.', {
    code: 'outlook_unavailable',
    retryAfterSeconds: 60,
  });
}
