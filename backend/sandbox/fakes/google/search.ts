import { addressesOf, headerOf, messageIdsOf, splitMail } from '../rfc822.ts';
import type { StoredMessage } from './mailboxes.ts';

/** Compiles Gmail's search syntax (the operators a mail client uses) into a test. Plain words are looked for everywhere. */
export function compileSearch(query: string): { test: (message: StoredMessage) => boolean; anywhere: boolean } {
  const terms = query.match(/(?:[a-z0-9]+:)?(?:"[^"]*"|\S+)/gi) ?? [];
  const tests = terms.map(compileTerm);
  return {
    test: (message) => tests.every((test) => test(message)),
    anywhere: /\bin:(anywhere|spam|trash)\b/i.test(query),
  };
}

function compileTerm(term: string): (message: StoredMessage) => boolean {
  const [, operator, rest] = /^([a-z0-9]+):(.+)$/i.exec(term) ?? [null, '', term];
  const value = (rest ?? '').replace(/^"|"$/g, '').toLowerCase();
  switch (operator?.toLowerCase()) {
    case 'rfc822msgid': {
      const id = value.replace(/^<|>$/g, '');
      return ({ raw }) => messageIdsOf(headerOf(raw, 'Message-ID')).some((own) => own.toLowerCase() === `<${id}>`);
    }
    case 'from':
      return ({ raw }) => addressesOf(headerOf(raw, 'From')).some((address) => address.includes(value));
    case 'to':
      return ({ raw }) => addressesOf(headerOf(raw, 'To')).some((address) => address.includes(value));
    case 'subject':
      return ({ raw }) => (headerOf(raw, 'Subject') ?? '').toLowerCase().includes(value);
    case 'in':
      return value === 'anywhere' ? () => true : ({ labelIds }) => labelIds.includes(value.toUpperCase());
    case 'after':
      return ({ internalDate }) => internalDate >= parseMoment(value);
    case 'before':
      return ({ internalDate }) => internalDate < parseMoment(value);
    default:
      return ({ raw }) => {
        const { headers, body } = splitMail(raw);
        return `${headers.map((header) => header.value).join('\n')}\n${body}`.toLowerCase().includes(value);
      };
  }
}

/** `after:` takes epoch seconds or YYYY/MM/DD. */
function parseMoment(value: string): number {
  return /^\d{9,}$/.test(value) ? Number(value) * 1000 : Date.parse(`${value.replaceAll('/', '-')}T00:00:00Z`);
}
