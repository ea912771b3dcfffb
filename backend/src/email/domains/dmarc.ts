import type { Dns } from '../dns.ts';

export interface DmarcRecord {
  /** The domain it was found at, without `_dmarc.`. */
  domain: string;
  tags: Record<string, string>;
}

export interface DmarcFacts {
  /** The record that rules for the domain; null when there is none. */
  record: DmarcRecord | null;
  /** What receivers are asked to do with mail that cannot be verified; null without a valid record. */
  policy: 'none' | 'quarantine' | 'reject' | null;
  organizationalDomain: string;
}

const mostQueries = 8;

/**
 * Finds the policy for a domain by walking up the tree (RFC 9989 section 4.10): its own record first; else that of its
 * organizational domain, which is where a record says `psd=n`, or one label below one that says `psd=y`, or else the one
 * with the fewest labels. Throws `DnsUnanswered`.
 */
export async function readDmarc(dns: Dns, domain: string): Promise<DmarcFacts> {
  const found: DmarcRecord[] = [];
  let organizationalDomain: string | null = null;
  for (const name of treeOf(domain)) {
    const record = await recordAt(dns, name);
    if (!record) continue;
    found.push(record);
    if (record.tags.psd === 'n') organizationalDomain = name;
    if (record.tags.psd === 'y' && name !== domain) organizationalDomain = childOf(name, domain);
    if (record.tags.psd === 'n' || (record.tags.psd === 'y' && name !== domain)) break;
  }
  organizationalDomain ??= found.at(-1)?.domain ?? domain;
  const at = (name: string) => found.find((record) => record.domain === name);
  const record = at(domain) ?? at(organizationalDomain) ?? found.find(({ tags }) => tags.psd === 'y') ?? null;
  return { record, policy: record && policyOf(record, domain), organizationalDomain };
}

/** The names to ask, from the domain upwards, at most eight: a long name is cut to its last seven labels after the first. */
export function treeOf(domain: string): string[] {
  const labels = domain.split('.');
  const names = [domain];
  for (let left = Math.min(labels.length - 1, mostQueries - 1); left >= 1; left--)
    names.push(labels.slice(-left).join('.'));
  return names;
}

async function recordAt(dns: Dns, domain: string): Promise<DmarcRecord | null> {
  const records = (await dns.txt(`_dmarc.${domain}`)).filter((text) => /^v\s*=\s*DMARC1\s*(;|$)/.test(text));
  // Several are as good as none.
  if (records.length !== 1) return null;
  const tags = records[0]!.split(';').flatMap((part): [string, string][] => {
    const [name, value] = part.split('=', 2);
    return value === undefined ? [] : [[name!.trim().toLowerCase(), value.trim().toLowerCase()]];
  });
  return { domain, tags: Object.fromEntries(tags) };
}

/** Below the record's own domain `sp` rules where it is given. A test (`t=y`) asks for one step less. */
function policyOf({ domain: at, tags }: DmarcRecord, domain: string): DmarcFacts['policy'] {
  const strength: readonly DmarcFacts['policy'][] = ['none', 'quarantine', 'reject'];
  const asked = at === domain ? tags.p : (tags.sp ?? tags.p);
  const index = (strength as readonly unknown[]).indexOf(asked);
  // Without a valid policy but with somewhere to report to, the record counts as `p=none`.
  if (index < 0) return tags.rua ? 'none' : null;
  return strength[tags.t === 'y' ? Math.max(0, index - 1) : index]!;
}

const childOf = (parent: string, domain: string): string =>
  domain
    .split('.')
    .slice(-(parent.split('.').length + 1))
    .join('.');
