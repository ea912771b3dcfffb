import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';

/** One mail address, normalised. */
export interface EmailAddress {
  /** `local@domain`, ready for a header: domain lower-cased and in punycode, local part as written. */
  address: string;
  /** Lower-cased `address`: what two spellings of one person share. Suppression and look-ups use this. */
  key: string;
  local: string;
  domain: string;
  /** The display name when the input was `Name <address>`. */
  name: string | null;
}

export type ParsedAddress = EmailAddress | { invalid: string };

const edges = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff]+$/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u001f\u007f]/;
const dotAtom = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const quotedLocal = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const longestInput = 1_000;

/**
 * Reads one address in whatever form people and CRMs write it (`Dana <dana@x.com>`, `mailto:dana@x.com`, `DANA@Bücher.example.`).
 * Only what can really be mailed over plain SMTP is valid: at most 64 + 254 characters (RFC 5321 §4.5.3.1), a domain with a dot,
 * an ASCII mailbox name. The reason is a sentence for people.
 */
export function parseAddress(input: string): ParsedAddress {
  if (input.length > longestInput) return { invalid: 'The address is far too long.' };
  let text = input.replace(edges, '');
  if (text === '') return { invalid: 'The address is empty.' };
  if (controls.test(text)) return { invalid: 'The address contains a line break or control character.' };
  let name: string | null = null;
  if (text.endsWith('>')) {
    const open = text.lastIndexOf('<');
    if (open === -1) return { invalid: 'The address has a ">" without a "<".' };
    name = readName(text.slice(0, open));
    text = text.slice(open + 1, -1).replace(edges, '');
  }
  if (/^mailto:/i.test(text)) text = text.slice('mailto:'.length).split('?')[0] ?? '';
  const at = text.lastIndexOf('@');
  if (at === -1) return { invalid: 'The address has no "@".' };
  const local = text.slice(0, at);
  if (/[,;]/.test(text) && !quotedLocal.test(local)) return { invalid: 'More than one address was given.' };
  const localProblem = checkLocal(local);
  if (localProblem !== null) return { invalid: localProblem };
  const domain = normaliseDomain(text.slice(at + 1));
  if (typeof domain !== 'string') return domain;
  const address = `${local}@${domain}`;
  if (address.length > 254) return { invalid: 'The address is longer than 254 characters.' };
  return { address, key: address.toLowerCase(), local, domain, name };
}

/**
 * The part of a host name that is registered and sold (`mail.sales.example.co.uk` → `example.co.uk`), by the public suffix
 * list, private entries included so that `a.github.io` and `b.github.io` stay strangers. The host itself where there is none.
 */
export function registrableDomain(host: string): string {
  const domain = normaliseDomain(host);
  if (typeof domain !== 'string') return host.toLowerCase();
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}

function readName(text: string): string | null {
  const trimmed = text.replace(edges, '');
  const quoted = /^"(.*)"$/.exec(trimmed);
  const name = quoted ? quoted[1]!.replace(/\\(.)/g, '$1') : trimmed;
  return name === '' ? null : name;
}

function checkLocal(local: string): string | null {
  if (local === '') return 'The address has nothing before the "@".';
  if (local.length > 64) return 'The part before the "@" is longer than 64 characters.';
  if (dotAtom.test(local) || quotedLocal.test(local)) return null;
  if (/[^\x20-\x7e]/.test(local))
    return 'The part before the "@" has letters outside plain English ones, which mail servers refuse.';
  if (local.includes('@')) return 'The address has more than one "@".';
  if (/\s/.test(local)) return 'The address contains a space.';
  if (/^\.|\.\.|\.$/.test(local)) return 'The part before the "@" has a dot in the wrong place.';
  return 'The part before the "@" contains a character that is not allowed.';
}

function normaliseDomain(text: string): string | { invalid: string } {
  let domain = text.replace(edges, '').toLowerCase();
  if (domain.startsWith('[')) return { invalid: 'The address names a machine by number instead of a domain.' };
  if (/[^\x20-\x7e]/.test(domain)) {
    domain = domainToASCII(domain);
    if (domain === '') return { invalid: 'The domain is not a valid international name.' };
  }
  if (domain.endsWith('.')) domain = domain.slice(0, -1);
  if (domain === '') return { invalid: 'The address has nothing after the "@".' };
  const labels = domain.split('.');
  if (labels.length < 2) return { invalid: 'The domain has no dot.' };
  if (domain.length > 253 || !labels.every((label) => hostLabel.test(label)))
    return { invalid: 'The domain is not valid.' };
  if (/^\d+$/.test(labels[labels.length - 1]!)) return { invalid: 'The domain is not valid.' };
  return domain;
}
