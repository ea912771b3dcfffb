import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DnsUnanswered } from '../../email/dns.ts';
import { createSystemDns } from './system-dns.ts';

/** A name server on loopback: one record of two strings at `two.example`, and a code for every other name. */
const codes: Record<string, number> = { 'gone.example': 3, 'broken.example': 2, 'empty.example': 0 };
let server: Socket;
let dns: ReturnType<typeof createSystemDns>;

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (query, from) => server.send(answer(query), from.port, from.address));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  dns = createSystemDns([`127.0.0.1:${server.address().port}`]);
});
afterAll(() => server.close());

function answer(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (; query[at] !== 0; at += query[at]! + 1) labels.push(query.toString('ascii', at + 1, at + 1 + query[at]!));
  const question = query.subarray(12, at + 5);
  const code = codes[labels.join('.')];
  const strings = ['v=spf1 include:', 'a.example ~all'].map((part) => Buffer.from([part.length, ...Buffer.from(part)]));
  const data = Buffer.concat(strings);
  const record = Buffer.concat([Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, data.length]), data]);
  const found = code === undefined;
  const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80 | (code ?? 0), 0, 1, 0, found ? 1 : 0, 0, 0, 0, 0]);
  return Buffer.concat([header, question, ...(found ? [record] : [])]);
}

test('the strings of a record are one text', async () => {
  expect(await dns.txt('two.example')).toEqual(['v=spf1 include:a.example ~all']);
});

test.each(['gone.example', 'empty.example'])('what does not exist is an empty list: %s', async (name) => {
  expect(await dns.txt(name)).toEqual([]);
  expect(await dns.mx(name)).toEqual([]);
  expect(await dns.cname(name)).toEqual([]);
});

test('a server that fails is told apart', async () => {
  await expect(dns.txt('broken.example')).rejects.toThrow(DnsUnanswered);
});
