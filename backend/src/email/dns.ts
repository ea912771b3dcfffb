/**
 * The socket by which public DNS is asked. A name or a record that does not exist is an empty list; `DnsUnanswered` is
 * thrown when nobody can tell (the server failed, or did not answer in time). Names are without a trailing dot.
 */
export interface Dns {
  /** Each record as one text, its strings joined (RFC 7208 3.3). Aliases are followed. */
  txt(name: string): Promise<string[]>;
  mx(name: string): Promise<{ exchange: string; priority: number }[]>;
  /** The target of an alias, in lower case. */
  cname(name: string): Promise<string[]>;
}

export class DnsUnanswered extends Error {
  override name = 'DnsUnanswered';
}
