import dns, { type LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { handClock } from './clock.ts';
import { createHttp } from './http.ts';
import { createLog } from './log.ts';
import { isPublicAddress, publicOnlyLookup } from './public-address.ts';

/** One address of every range that is not the public internet. */
const privateIPv4 =
  `0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255`.split(/\s+/);
const privateIPv6 =
  `:: ::1 ::2 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 100::1 100:0:0:1::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1::1
3fff::1 5f00::1 4000::1 64:ff9b::7f00:1 64:ff9b:1::1 fd00:ec2::254`.split(/\s+/);
const bytesOf = (address: string) => address.split('.').map(Number) as [number, number, number, number];

/** The spellings that a URL parser turns into the same IPv4 address, and IPv6 addresses that carry it. */
function notations(address: string): string[] {
  const [a, b, c, d] = bytesOf(address);
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number) => `0x${value.toString(16)}`;
  const octal = (value: number) => `0${value.toString(8)}`;
  const word = (high: number, low: number) => (high * 256 + low).toString(16);
  const words = `${word(a, b)}:${word(c, d)}`;
  return [
    address,
    `${address}.`,
    String(number),
    hex(number),
    octal(number),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${hex(a)}.${octal(b)}.${c}.${d}`,
    address.replaceAll('.', '。'),
    [...address].map((one) => (one === '.' ? '．' : String.fromCodePoint(one.charCodeAt(0) + 0xfee0))).join(''),
    [...address].map((one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
    `[::ffff:${address}]`,
    `[::ffff:${words}]`,
    `[0:0:0:0:0:ffff:${words}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[2002:${words}::1]`,
  ];
}

/** Names, and what the world's name servers say about them. */
const names: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  LOCALHOST: ['127.0.0.1'],
  'foo.localhost': ['127.0.0.1'],
  'localhost.localdomain': ['127.0.0.1'],
  'ip6-localhost': ['::1'],
  '127.0.0.1.nip.io': ['127.0.0.1'],
  'mapped.example': ['::ffff:10.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'kubernetes.default.svc': ['10.96.0.1'],
  'xn--hxajbheg2az3al.example': ['192.168.0.1'],
  'παράδειγμα.example': ['192.168.0.1'],
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ': ['127.0.0.1'],
  'one-of-two.example': ['93.184.216.34', '10.0.0.1'],
  'six-of-two.example': ['2606:2800:220:1::1', 'fd00::1'],
  'nothing.example': [],
};

const hostile = [
  ...privateIPv4.flatMap(notations).map((host) => `https://${host}/`),
  ...privateIPv6.map((host) => `https://[${host}]/`),
  ...Object.keys(names).map((host) => `https://${host}/`),
  // Not https, another port, a user name: whoever the host is.
  ...['http', 'ftp', 'file', 'gopher', 'ws', 'data', 'javascript'].map((scheme) => `${scheme}://93.184.216.34/`),
  ...[80, 22, 25, 5432, 6379, 8443, 0].map((port) => `https://93.184.216.34:${port}/`),
  'https://api.hubapi.com@127.0.0.1/',
  'https://api.hubapi.com:443@127.0.0.1/',
  'https://user:secret@93.184.216.34/',
  'https://user@93.184.216.34/',
  'https://127.0.0.1\\@93.184.216.34/',
  'https://127.0.0.1#@93.184.216.34/',
  'https://127.0.0.1?@93.184.216.34/',
  'https:127.0.0.1/',
  'https:\\\\127.0.0.1/',
  'https:////127.0.0.1/',
  ' https://127.0.0.1/ ',
  'https://127.0.0.1%00.example/',
  'https://[fe80::1%25lo]/',
  'https://127.0.0.1:443/',
  '//127.0.0.1/',
  '127.0.0.1',
  '',
];

/** Every address that a socket of this process tries to reach. */
const reached: string[] = [];

beforeEach(() => {
  reached.length = 0;
  const connect = Socket.prototype.connect;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...given: unknown[]) {
    this.on('connectionAttempt', (address: string) => reached.push(address));
    // No test leaves this machine: what would go to the public internet is noted and ended.
    this.on('lookup', (_error: unknown, address: string) => {
      if (!isPublicAddress(address)) return;
      reached.push(address);
      this.destroy();
    });
    return Reflect.apply(connect, this, given);
  });
});
afterEach(() => void vi.restoreAllMocks());

/** Name servers that answer as listed; the second answer for a name may differ from the first. */
function answerNames(answers: (name: string, turn: number) => string[]) {
  const turns = new Map<string, number>();
  const lookup = (name: string, _options: unknown, done: (error: Error | null, found: LookupAddress[]) => void) => {
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    done(
      null,
      answers(name, turn).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
  return turns;
}

function open(loopbackOnly: boolean) {
  const clock = handClock(new Date('2027-01-04T09:00:00Z'));
  const http = createHttp({ clock, log: createLog('silent'), loopbackOnly });
  onTestFinished(() => http.close());
  let account = 0;
  return (url: string) =>
    http.request({ vendor: 'acme', account: String(account++), method: 'GET', url, timeoutSeconds: 2 });
}

describe('live', () => {
  it(`none of ${hostile.length} hostile addresses is connected to`, async () => {
    expect(hostile.length).toBeGreaterThan(200);
    answerNames((name) => names[name] ?? ['127.0.0.1']);
    const request = open(false);
    for (const url of hostile) await expect(request(url), url).rejects.toThrow();
    expect(reached).toEqual([]);
  });

  it('a name that answers differently the second time is asked once, and the tested addresses are used', async () => {
    const turns = answerNames((_, turn) => (turn === 0 ? ['93.184.216.34'] : ['127.0.0.1']));
    const found = await new Promise((resolve) =>
      publicOnlyLookup('rebind.example', { all: true }, (_, addresses) => resolve(addresses)),
    );
    expect(found).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(turns.get('rebind.example')).toBe(1);
    await expect(open(false)('https://rebind.example/')).rejects.toMatchObject({ outcomeUnknown: false });
    expect(reached).toEqual([]);
    expect(turns.get('rebind.example')).toBe(2);
  });
});

it('a vendor is reached, at the address that was looked up', async () => {
  answerNames(() => ['93.184.216.34']);
  await expect(open(false)('https://vendor.example/')).rejects.toMatchObject({ outcomeUnknown: false });
  expect(reached).toEqual(['93.184.216.34']);
});

describe('in the sandbox', () => {
  it('loopback is reached, and the observer of these tests sees it', async () => {
    const server = createServer((_, response) => response.end());
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await open(true)(`http://127.0.0.1:${port}/`);
    expect(reached).toEqual(['127.0.0.1']);
  });

  it('nothing else is: no vendor, no neighbour, no disguise', async () => {
    answerNames(() => ['93.184.216.34']);
    const request = open(true);
    const elsewhere = [
      ...privateIPv4.filter((address) => !address.startsWith('127.')).map((host) => `http://${host}/`),
      ...privateIPv6.filter((address) => address !== '::1').map((host) => `http://[${host}]/`),
      'https://api.hubapi.com/',
      'http://93.184.216.34/',
      'http://127.0.0.1.nip.io/',
      'http://localhost.example/',
      'http://127.0.0.1@93.184.216.34/',
      'http://localhost:80@93.184.216.34/',
      'http://127.0.0.1.93.184/',
      'http://[::ffff:127.0.0.1]/',
    ];
    for (const url of elsewhere) await expect(request(url), url).rejects.toThrow();
    expect(reached).toEqual([]);
  });
});

it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

it.each([...privateIPv4, ...privateIPv6, 'no address', ''])('%j is not public', (address) =>
  expect(isPublicAddress(address)).toBe(false),
);
