import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress, publicOnlyLookup } from '../../core/public-address.ts';
import type { Server } from './servers.ts';

/** A server we do not talk to: the same rules as for outgoing HTTP. */
export class NotReached extends Error {
  readonly code = 'NOT_PUBLIC';
}

/** Throws NotReached for a host that is plainly not ours to call; names are judged when they are looked up. */
export function assertReachable({ host, security }: Server, loopbackOnly: boolean): void {
  if (loopbackOnly) {
    if (/^(localhost|127(\.\d+){3}|::1)$/.test(host)) return;
    throw new NotReached(`The sandbox reaches nothing outside this machine, and not ${host}.`);
  }
  if (security === 'none') throw new NotReached('Without encryption only servers of this machine are used.');
  if (isIP(host) && !isPublicAddress(host)) throw new NotReached(`${host} is not an address of the public internet.`);
}

/** Resolves the names of servers: the address that was judged is the one that is connected to. */
export const lookupFor = (loopbackOnly: boolean): LookupFunction => (loopbackOnly ? lookup : publicOnlyLookup);
