import { badRequest, GraphError, invalidQuery } from './errors.ts';
import type { StoredMessage } from './mailboxes.ts';

/** The OData of the mail calls: the filters and orders that Outlook answers, and a refusal for the rest. */

const quoted = "'((?:[^']|'')*)'";
const extendedProperty = new RegExp(
  `^singleValueExtendedProperties/any\\(ep: ?ep/id eq ${quoted} and ep/value eq ${quoted}\\)$`,
  'i',
);

type Test = (message: StoredMessage) => boolean;

/** Whole seconds, as Outlook shows and compares them. */
export const asSeconds = (milliseconds: number) => new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();

/** The name in an id counts with its case; values compare without regard to theirs. */
export const extendedValue = (message: StoredMessage, id: string): string | null => message.properties.get(id) ?? null;

export function compileFilter(filter: string): Test {
  const property = extendedProperty.exec(filter);
  if (property) {
    const [, id = '', value = ''] = property;
    return (message) => extendedValue(message, unquote(id))?.toLowerCase() === unquote(value).toLowerCase();
  }
  const tests = filter.split(' and ').map(compileComparison);
  return (message) => tests.every((test) => test(message));
}

function compileComparison(comparison: string): Test {
  const identity = new RegExp(`^internetMessageId eq ${quoted}$`).exec(comparison);
  if (identity) return (message) => message.internetMessageId === unquote(identity[1] ?? '');
  const [, name = '', operator = '', value = ''] =
    /^(receivedDateTime|sentDateTime|createdDateTime) (ge|le|gt|lt) (\S+)$/.exec(comparison) ?? [];
  const moment = Date.parse(value);
  if (!name || Number.isNaN(moment)) throw invalidQuery(`The query filter is not supported: ${comparison}`);
  const timeOf = (message: StoredMessage) =>
    Math.floor((name === 'createdDateTime' ? message.createdAt : message.receivedAt) / 1000) * 1000;
  if (operator === 'ge') return (message) => timeOf(message) >= moment;
  if (operator === 'gt') return (message) => timeOf(message) > moment;
  if (operator === 'le') return (message) => timeOf(message) <= moment;
  return (message) => timeOf(message) < moment;
}

const unquote = (text: string) => text.replaceAll("''", "'");

/** A property of $orderby must be in $filter too, and first. The default is the newest first. */
export function compileOrder(orderBy: string, filter: string): (one: StoredMessage, other: StoredMessage) => number {
  const [property = 'receivedDateTime', direction = 'desc'] = orderBy ? `${orderBy} asc`.split(' ') : [];
  if (!['receivedDateTime', 'sentDateTime', 'createdDateTime'].includes(property))
    throw badRequest(`Cannot sort by ${property}.`);
  if (orderBy && filter && !filter.startsWith(property)) {
    throw new GraphError(400, 'InefficientFilter', 'The restriction or sort order is too complex for this operation.');
  }
  const timeOf = (message: StoredMessage) => (property === 'createdDateTime' ? message.createdAt : message.receivedAt);
  const sign = direction === 'desc' ? -1 : 1;
  return (one, other) => sign * (timeOf(one) - timeOf(other));
}
