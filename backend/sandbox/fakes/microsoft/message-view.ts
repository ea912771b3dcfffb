import type { Context } from 'hono';
import { addressesOf, headerOf } from '../rfc822.ts';
import { badRequest } from './errors.ts';
import type { Folder, StoredMessage } from './mailboxes.ts';
import { asSeconds, extendedValue } from './query.ts';

const expandShape = /^singleValueExtendedProperties\(\$filter=id eq '([^']+)'\)$/;

/** Messages name their folder by an id; requests may use its well-known name. */
export const folderId = (folder: Folder) => `AAMkFolder-${folder}`;

/** True when the caller wants ids that survive a move. */
export const wantsImmutableIds = (c: Context) => /IdType="ImmutableId"/i.test(c.req.header('prefer') ?? '');

/** Makes messages as the request wants them: ids of the asked kind, the selected properties, the expanded one. */
export function viewer(c: Context): (message: StoredMessage) => Record<string, unknown> {
  const immutable = wantsImmutableIds(c);
  const selected = c.req.query('$select')?.split(',');
  const expand = c.req.query('$expand');
  const propertyId = expand ? expandShape.exec(expand)?.[1] : undefined;
  if (expand && !propertyId) throw badRequest(`The $expand is not supported: ${expand}`);
  return (message) => {
    const all = allProperties(message);
    const names = selected ?? Object.keys(all);
    const unknown = names.find((name) => !(name in all) && name !== 'id');
    if (unknown)
      throw badRequest(`Could not find a property named '${unknown}' on type 'Microsoft.OutlookServices.Message'.`);
    const view: Record<string, unknown> = { id: immutable ? message.immutableId : message.movingId };
    for (const name of names) if (name !== 'id') view[name] = all[name];
    const value = propertyId ? extendedValue(message, propertyId) : null;
    if (propertyId && value !== null) view.singleValueExtendedProperties = [{ id: propertyId, value }];
    return view;
  };
}

function allProperties(message: StoredMessage): Record<string, unknown> {
  const recipients = addressesOf(headerOf(message.raw, 'To')).map((address) => ({ emailAddress: { address } }));
  return {
    createdDateTime: asSeconds(message.createdAt),
    receivedDateTime: asSeconds(message.receivedAt),
    sentDateTime: asSeconds(message.receivedAt),
    subject: headerOf(message.raw, 'Subject') ?? '',
    parentFolderId: folderId(message.folder),
    conversationId: message.conversationId,
    internetMessageId: message.internetMessageId,
    isDraft: message.isDraft,
    toRecipients: recipients,
  };
}
