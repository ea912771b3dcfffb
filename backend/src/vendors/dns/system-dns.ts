import { Resolver } from 'node:dns/promises';
import { type Dns, DnsUnanswered } from '../../email/dns.ts';

const timeoutMilliseconds = 3000;
const tries = 2;
/** c-ares says these where the name or the record type is not there. */
const absent = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME', 'EBADNAME']);

/** Public DNS through the servers this machine is set up to use, or those given as `address:port`. */
export function createSystemDns(servers?: string[]): Dns {
  const resolver = new Resolver({ timeout: timeoutMilliseconds, tries });
  if (servers) resolver.setServers(servers);
  return {
    txt: (name) => ask(name, async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    mx: (name) =>
      ask(name, async () =>
        (await resolver.resolveMx(name)).map(({ exchange, priority }) => ({ exchange: bare(exchange), priority })),
      ),
    cname: (name) => ask(name, async () => (await resolver.resolveCname(name)).map(bare)),
  };
}

const bare = (name: string): string => name.replace(/\.$/, '').toLowerCase();

async function ask<T>(name: string, query: () => Promise<T[]>): Promise<T[]> {
  try {
    return await query();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (absent.has(code)) return [];
    throw new DnsUnanswered(`The name servers of ${name} did not answer (${code || 'no code'}).`, { cause: error });
  }
}
