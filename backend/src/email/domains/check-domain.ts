/** Whether the world can verify mail from a domain: what is in DNS, and what to do about it in plain words. */
import type { DomainFinding } from '@salesos/shared/cards.ts';
import { type Dns, DnsUnanswered } from '../dns.ts';
import { type DmarcFacts, readDmarc } from './dmarc.ts';
import { mostLookups, readSpf, type SpfFacts } from './spf.ts';

/** What is known of a mail provider's place in DNS. */
interface Provider {
  name: string;
  /** What its customers include in their SPF record. */
  include: string;
  /** The DKIM selectors it sets up by itself. */
  selectors: string[];
  whereToTurnOnDkim: string;
}

/** Sources: support.google.com/a/answer/33786 and /174124; learn.microsoft.com "Set up SPF", "Use DKIM". */
const providers: Record<string, Provider> = {
  google: {
    name: 'Google',
    include: '_spf.google.com',
    selectors: ['google'],
    whereToTurnOnDkim: 'in the Google Admin console under Apps, Gmail, Authenticate email',
  },
  microsoft: {
    name: 'Microsoft',
    include: 'spf.protection.outlook.com',
    selectors: ['selector1', 'selector2'],
    whereToTurnOnDkim: 'in the Microsoft Defender portal under Email authentication settings, DKIM',
  },
};

export interface DomainFacts {
  domain: string;
  /** Vendor ids of the mailboxes that send from it. */
  vendors: string[];
  /** Null where the name servers did not answer. */
  spf: SpfFacts | null;
  /** Of each provider with known selectors: the keys found. An empty `p=` is a key that was withdrawn. */
  dkim: { vendor: string; keys: string[] }[] | null;
  dmarc: DmarcFacts | null;
  mx: string[] | null;
}

/** Asks DNS everything about a sending domain. What is not answered is null; nothing is thrown. */
export async function readDomain(dns: Dns, domain: string, vendors: string[]): Promise<DomainFacts> {
  const known = vendors.filter((vendor) => providers[vendor]);
  const [spf, dkim, dmarc, mx] = await Promise.all([
    orNull(readSpf(dns, domain)),
    orNull(Promise.all(known.map(async (vendor) => ({ vendor, keys: await dkimKeys(dns, domain, vendor) })))),
    orNull(readDmarc(dns, domain)),
    orNull(dns.mx(domain)),
  ]);
  return { domain, vendors, spf, dkim, dmarc, mx: mx?.map(({ exchange }) => exchange) ?? null };
}

/** Says what was found and what to do. Pure. */
export function judgeDomain(facts: DomainFacts): DomainFinding[] {
  return [judgeSpf(facts), judgeDkim(facts), judgeDmarc(facts), judgeMx(facts)];
}

function judgeSpf({ domain, vendors, spf }: DomainFacts): DomainFinding {
  const say = sayAbout('spf');
  if (!spf) return unanswered('spf', domain);
  const needed = vendors.flatMap((vendor) => providers[vendor] ?? []);
  if (spf.recordCount === 0)
    return say(
      'problem',
      `${domain} does not say who may send its mail (it has no SPF record).`,
      `Add a TXT record on ${domain}: v=spf1 ${needed.map(({ include }) => `include:${include} `).join('')}~all`,
    );
  if (spf.recordCount > 1)
    return say(
      'problem',
      `${domain} has ${spf.recordCount} SPF records, so receivers ignore all of them.`,
      'Merge them into one TXT record that begins with v=spf1.',
    );
  if (spf.lookupCount > mostLookups)
    return say(
      'problem',
      `The SPF record of ${domain} needs more than ${mostLookups} look-ups, so receivers give up on it.`,
      'Take out the services you no longer send with.',
    );
  if (spf.broken.length > 0)
    return say(
      'problem',
      `The SPF record of ${domain} includes ${spf.broken.join(', ')}, which has no SPF record, so receivers take it as broken.`,
      'Take that part out, or correct its name.',
    );
  const absent = needed.filter(({ include }) => !spf.includes.includes(include));
  if (absent.length > 0)
    return say(
      'problem',
      `The SPF record of ${domain} does not allow ${absent.map(({ name }) => name).join(' and ')} to send for it.`,
      `Add ${absent.map(({ include }) => `include:${include}`).join(' ')} to it, before the last word.`,
    );
  if (spf.admitsAll)
    return say(
      'problem',
      `The SPF record of ${domain} lets anybody send in its name.`,
      'Replace its last word by ~all.',
    );
  return say('good', `Receivers can see who may send for ${domain} (${spf.lookupCount} of ${mostLookups} look-ups).`);
}

function judgeDkim({ domain, vendors, dkim }: DomainFacts): DomainFinding {
  const say = sayAbout('dkim');
  if (!dkim) return unanswered('dkim', domain);
  const unsigned = dkim.filter(({ keys }) => !keys.some((key) => /(^|;)\s*p=[^;\s]/i.test(key)));
  if (unsigned.length > 0) {
    const { name, selectors, whereToTurnOnDkim } = providers[unsigned[0]!.vendor]!;
    return say(
      'problem',
      `${name} does not seem to sign the mail of ${domain}: there is no key at ${selectors.map((each) => `${each}._domainkey.${domain}`).join(' or ')}.`,
      `Turn on DKIM ${whereToTurnOnDkim}, and add the record it shows. If you chose another name for the key there, all is well.`,
    );
  }
  if (dkim.length < vendors.length)
    return say(
      'unknown',
      `Whether the mail of ${domain} is signed cannot be seen from outside, because each mail server names its key itself.`,
      'Send a mail to an address of yours at Gmail, choose “Show original” there, and look for DKIM: PASS.',
    );
  return say('good', `The mail of ${domain} can be signed: its key is published.`);
}

function judgeDmarc({ domain, dmarc }: DomainFacts): DomainFinding {
  const say = sayAbout('dmarc');
  if (!dmarc) return unanswered('dmarc', domain);
  const at = dmarc.record?.domain ?? dmarc.organizationalDomain;
  if (!dmarc.record || !dmarc.policy)
    return say(
      'problem',
      `${domain} does not say what to do with mail that only pretends to come from it (it has no valid DMARC record).`,
      `Add a TXT record on _dmarc.${at}: v=DMARC1; p=none; rua=mailto:postmaster@${at}`,
    );
  if (dmarc.policy === 'none')
    return say('good', `${at} has a DMARC policy. It only watches (p=none), which is enough to send.`, null);
  return say(
    'good',
    `${at} protects its name: mail that cannot be verified is to be ${dmarc.policy === 'reject' ? 'refused' : 'put aside'}.`,
  );
}

function judgeMx({ domain, mx }: DomainFacts): DomainFinding {
  const say = sayAbout('mx');
  if (!mx) return unanswered('mx', domain);
  const servers = mx.filter((exchange) => exchange !== '' && exchange !== '.');
  if (servers.length === 0)
    return say(
      'problem',
      `${domain} receives no mail, so nobody can reply and bounces get lost.`,
      `Add the MX records that your mail provider names to ${domain}.`,
    );
  return say('good', `${domain} receives mail.`);
}

const sayAbout =
  (what: DomainFinding['what']) =>
  (state: DomainFinding['state'], sentence: string, howToFix: string | null = null): DomainFinding => ({
    what,
    state,
    sentence,
    howToFix,
  });

const unanswered = (what: DomainFinding['what'], domain: string): DomainFinding => ({
  what,
  state: 'unknown',
  sentence: `The name servers of ${domain} did not answer. It is tried again within the hour.`,
  howToFix: null,
});

async function dkimKeys(dns: Dns, domain: string, vendor: string): Promise<string[]> {
  const { selectors } = providers[vendor]!;
  return (await Promise.all(selectors.map((selector) => dns.txt(`${selector}._domainkey.${domain}`)))).flat();
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DnsUnanswered) return null;
    throw error;
  }
}
