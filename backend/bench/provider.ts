/**
 * A mail provider that does nothing, in a process of its own: it takes every mail and has no new ones, at the least cost at
 * which HTTP can be answered here. `?reply=` puts one mail into the next list.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reportToParent } from './child.ts';

let count = 0;
let inbox: string[] = [];

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => {
    if (request.url === '/inbox') parts.push(part);
  });
  request.on('end', () => {
    let answer = '';
    if (request.url === '/send') answer = `{"id":"p${++count}"}`;
    else if (request.url === '/inbox') inbox.push(Buffer.concat(parts).toString());
    else {
      answer = JSON.stringify({ cursor: inbox.length > 0 ? `c${++count}` : null, mails: inbox });
      inbox = [];
    }
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  reportToParent((server.address() as AddressInfo).port),
);
