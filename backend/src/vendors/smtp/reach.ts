import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { insideTransaction } from '../../core/db.ts';
import { isPublicAddress, publicOnlyLookup } from '../../core/public-address.ts';
import type { Server } from './servers.ts';

/** A server we do not talk to: the same rules as for outgoing HTTP. */
export class NotReached extends Error {
  readonly code = 'NOT_PUBLIC';
}

/** Submission and reading; a form of ours is no way to knock at other doors. */
const mailPorts = new Set([25, 465, 587, 2525, 143, 993]);

/** Throws NotReached for a host that is plainly not ours to call; names are judged when they are looked up. */
export function assertReachable({ host, port, security }: Server, loopbackOnly: boolean): void {
  if (loopbackOnly) {
    if (/^(localhost|127(\.\d+){3}|::1)$/.test(host)) return;
    throw new NotReached(`The sandbox reaches nothing outside this machine, and not ${host}.`);
  }
  if (!mailPorts.has(port)) throw new NotReached(`${port} is not a port of mail servers.`);
  if (security === 'none') throw new NotReached('Without encryption only servers of this machine are used.');
  if (isIP(host) && !isPublicAddress(host)) throw new NotReached(`${host} is not an address of the public internet.`);
}

/** Resolves the names of servers: the address that was judged is the one that is connected to. */
export const lookupFor = (loopbackOnly: boolean): LookupFunction => (loopbackOnly ? lookup : publicOnlyLookup);

/** Called where work with a server begins: it may take half a minute. */
export function assertNoTransaction(): void {
  if (insideTransaction()) throw new Error('A mail server called inside a database transaction: it would hold locks.');
}
