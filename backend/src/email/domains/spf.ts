import type { Dns } from '../dns.ts';

/** What an SPF record costs and admits (RFC 7208). */
export interface SpfFacts {
  /** How many records begin with `v=spf1`; there must be one. */
  recordCount: number;
  /** DNS queries a receiver needs; it gives up beyond ten (4.6.4). Counting stops a little later. */
  lookupCount: number;
  /** Names reached by `include` and `redirect`, in lower case. */
  includes: string[];
  /** Names that were included and have no SPF record: receivers take the whole record as broken. */
  broken: string[];
  /** `+all` or `?all`: anybody may send in this name. */
  admitsAll: boolean;
}

export const mostLookups = 10;
const stopAt = 25;
const isSpf = (text: string) => /^v=spf1(\s|$)/i.test(text);

/** Reads the record of a domain and all that it includes. Throws `DnsUnanswered`. */
export async function readSpf(dns: Dns, domain: string): Promise<SpfFacts> {
  const records = (await dns.txt(domain)).filter(isSpf);
  const facts: SpfFacts = {
    recordCount: records.length,
    lookupCount: 0,
    includes: [],
    broken: [],
    admitsAll: records.some((record) => /(^|\s)[+?]?all(\s|$)/i.test(record)),
  };
  if (records.length === 1) await walk(dns, records[0]!, facts, new Set([domain.toLowerCase()]));
  return facts;
}

async function walk(dns: Dns, record: string, facts: SpfFacts, seen: Set<string>): Promise<void> {
  for (const term of record.split(/\s+/).slice(1)) {
    if (facts.lookupCount >= stopAt) return;
    const [, name = '', target = ''] =
      /^[+?~-]?(include|redirect|a|mx|ptr|exists)(?:[:=]([^/\s]+))?(?:\/\S*)?$/i.exec(term) ?? [];
    if (!name) continue;
    facts.lookupCount++;
    if (!/^(include|redirect)$/i.test(name) || !target) continue;
    const next = target.toLowerCase().replace(/\.$/, '');
    facts.includes.push(next);
    // A macro is known only with the mail in hand; a name that was read before costs again and tells nothing new.
    if (next.includes('%') || seen.has(next)) continue;
    seen.add(next);
    const included = (await dns.txt(next)).filter(isSpf);
    if (included.length === 1) await walk(dns, included[0]!, facts, seen);
    else facts.broken.push(next);
  }
}
