import { type Dns, DnsUnanswered } from '../../../src/email/dns.ts';

type Kind = 'TXT' | 'MX' | 'CNAME';

/**
 * Public DNS in memory. As in the real one, names know no case, an alias has no other records and is followed, and a
 * server that fails is told apart from a name that does not exist.
 */
export function createFakeDns() {
  const records = new Map<string, string[]>();
  const failing = new Set<string>();
  const keyOf = (kind: Kind, name: string) => `${kind} ${name.toLowerCase().replace(/\.$/, '')}`;

  function find(kind: Kind, name: string, hops = 0): string[] {
    if (failing.has(name.toLowerCase())) throw new DnsUnanswered(`The name servers of ${name} did not answer.`);
    const alias = records.get(keyOf('CNAME', name))?.[0];
    if (!alias || kind === 'CNAME') return records.get(keyOf(kind, name)) ?? [];
    if (hops > 8) throw new DnsUnanswered(`${name} is an alias that leads in a circle.`);
    return find(kind, alias, hops + 1);
  }

  const dns: Dns = {
    txt: async (name) => find('TXT', name),
    mx: async (name) =>
      find('MX', name).map((value) => {
        const [priority, exchange] = value.split(' ');
        return { priority: Number(priority), exchange: (exchange ?? '').replace(/\.$/, '') };
      }),
    cname: async (name) => find('CNAME', name).map((target) => target.toLowerCase().replace(/\.$/, '')),
  };

  return {
    dns,
    /** Replaces what a name says; MX values are like `10 mx.example`. */
    set: (name: string, kind: Kind, ...values: string[]) => void records.set(keyOf(kind, name), values),
    remove: (name: string, kind: Kind) => void records.delete(keyOf(kind, name)),
    /** Its servers do not answer from now on, or do again. */
    fail: (name: string, does = true) =>
      void (does ? failing.add(name.toLowerCase()) : failing.delete(name.toLowerCase())),
    /** A domain as a careful sender sets it up. */
    addSender(domain: string, include: string, ...selectors: string[]) {
      this.set(domain, 'TXT', `v=spf1 include:${include} ~all`);
      this.set(include, 'TXT', 'v=spf1 ip4:192.0.2.0/24 ~all');
      for (const selector of selectors)
        this.set(`${selector}._domainkey.${domain}`, 'TXT', 'v=DKIM1; k=rsa; p=MIIBIjANBg');
      this.set(`_dmarc.${domain}`, 'TXT', `v=DMARC1; p=quarantine; rua=mailto:dmarc@${domain}`);
      this.set(domain, 'MX', `10 mx.${domain}`);
    },
  };
}
export type FakeDns = ReturnType<typeof createFakeDns>;
