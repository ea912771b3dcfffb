import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Every range that is not the public internet (IANA special-purpose registries). Two lists: in one, Node would compare an
 * IPv4 address with the IPv6 ranges as well, in its mapped form, and find all of them there.
 */
const notPublic4 = new BlockList();
const notPublic6 = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Azure's own services for the machines in it.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic4.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of [
  // Only 2000::/3 is given out; outside of it lie loopback, IPv4 in disguise (mapped, compatible, NAT64) and local networks.
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notPublic6.addSubnet(address, prefix, 'ipv6');

/** True for an address of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic4.check(address, 'ipv4');
  return family === 6 && !notPublic6.check(address, 'ipv6');
}

class NotPublic extends Error {
  readonly code = 'NOT_PUBLIC';
}

/**
 * Refuses a URL whose host is a literal address outside the public internet (a lookup is never asked about literals), and
 * anything but https on its own port. In the sandbox it is the other way round: only loopback is reached.
 */
export function assertPublicAddress(url: URL, loopbackOnly: boolean): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (loopbackOnly) {
    if (!/^(localhost|127(\.\d+){3}|::1)$/.test(host))
      throw new NotPublic(`The sandbox reaches nothing outside this machine, and not ${host}.`);
    return;
  }
  if (url.protocol !== 'https:') throw new NotPublic(`Only https is used for vendors, not ${url.protocol}`);
  if (url.port) throw new NotPublic(`Vendors are called on port 443 only, not on ${url.port}.`);
  if (url.username || url.password) throw new NotPublic('An address with a user name in it is not called.');
  if (isIP(host) && !isPublicAddress(host)) throw new NotPublic(`${host} is not an address of the public internet.`);
}

/** Resolves once and hands the connection only addresses that were tested, so a name cannot change its mind in between. */
export const publicOnlyLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const bad = addresses.find(({ address }) => !isPublicAddress(address));
    if (bad)
      return callback(
        new NotPublic(`${hostname} leads to ${bad.address}, which is not on the public internet.`),
        '',
        0,
      );
    const first = addresses[0]!;
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
