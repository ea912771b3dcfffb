import { headerOf, splitMail } from '../rfc822.ts';
import { dayOf, internalDateOf, isInSet, type Token, textOf } from './imap-syntax.ts';
import type { StoredMail } from './mailboxes.ts';

/** The data items a FETCH asks for, as they are answered. */
export function fetchAnswer(sequence: number, mail: StoredMail, items: Token[]): Buffer {
  const answers = items.map((item) => itemAnswer(mail, textOf(item)));
  const joined = answers.flatMap((answer, index) => (index === 0 ? [answer] : [Buffer.from(' '), answer]));
  return Buffer.concat([Buffer.from(`* ${sequence} FETCH (`), ...joined, Buffer.from(')\r\n')]);
}

function itemAnswer(mail: StoredMail, item: string): Buffer {
  const name = item.toUpperCase();
  if (name === 'UID') return Buffer.from(`UID ${mail.uid}`);
  if (name === 'FLAGS') return Buffer.from(`FLAGS (${mail.flags.join(' ')})`);
  if (name === 'INTERNALDATE') return Buffer.from(`INTERNALDATE ${internalDateOf(mail.internalDate)}`);
  if (name === 'RFC822.SIZE') return Buffer.from(`RFC822.SIZE ${mail.raw.length}`);
  const section = /^BODY(?:\.PEEK)?\[(.*)\]$/.exec(name)?.[1];
  if (section === undefined) throw new Error(`Unknown item ${item}`);
  const bytes = section === '' ? mail.raw : headerFields(mail.raw, section);
  return Buffer.concat([Buffer.from(`BODY[${section}] {${bytes.length}}\r\n`), bytes]);
}

function headerFields(raw: Buffer, section: string): Buffer {
  const wanted = /^HEADER\.FIELDS \(([^)]*)\)$/.exec(section)?.[1]?.split(' ');
  if (!wanted) throw new Error(`Unknown section ${section}`);
  const found = splitMail(raw).headers.filter(({ name }) => wanted.includes(name.toUpperCase()));
  return Buffer.from(`${found.map(({ source }) => source).join('')}\r\n`, 'latin1');
}

/** Whether a mail fits the search keys, all of them. */
export function fits(mail: StoredMail, keys: Token[], lastUid: number): boolean {
  const rest = [...keys];
  while (rest.length > 0) if (!fitsNext(mail, rest, lastUid)) return false;
  return true;
}

/** Takes one key with its arguments off the front. */
function fitsNext(mail: StoredMail, rest: Token[], lastUid: number): boolean {
  const key = rest.shift();
  if (Array.isArray(key)) return fits(mail, key, lastUid);
  const name = textOf(key).toUpperCase();
  const next = () => textOf(rest.shift());
  switch (name) {
    case 'ALL':
      return true;
    case 'UID':
      return isInSet(next(), mail.uid, lastUid);
    case 'SINCE':
      return mail.internalDate >= dayOf(next());
    case 'BEFORE':
      return mail.internalDate < dayOf(next());
    case 'NOT':
      return !fitsNext(mail, rest, lastUid);
    case 'OR': {
      const one = fitsNext(mail, rest, lastUid);
      const other = fitsNext(mail, rest, lastUid);
      return one || other;
    }
    case 'HEADER': {
      const value = headerOf(mail.raw, next());
      const wanted = next();
      return value?.toLowerCase().includes(wanted.toLowerCase()) ?? false;
    }
    default:
      throw new Error(`Unknown search key ${name}`);
  }
}
