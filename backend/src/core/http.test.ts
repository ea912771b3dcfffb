import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handClock } from './clock.ts';
import { createHttp, type HttpOptions, type HttpRequest, VendorError } from './http.ts';
import { createLog } from './log.ts';

const monday = new Date('2027-01-04T09:00:00Z');

function open(options: Partial<HttpOptions> = {}) {
  const clock = handClock(monday);
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => lines.push(line) });
  const http = createHttp({ clock, log, loopbackOnly: true, ...options });
  onTestFinished(() => http.close());
  const call = (url: string, more: Partial<HttpRequest> = {}) =>
    http.request({ vendor: 'acme', account: 'one', method: 'POST', body: 'hello', url, timeoutSeconds: 2, ...more });
  return { http, clock, lines, call };
}

/** A web server that answers as told; knows what it was asked. */
async function webServer(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url}`);
    answer(request, response, body);
  });
  return { url: await listen(server), asked };
}

/** A server of bytes. */
const tcpServer = (serve: (socket: Socket) => void) =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      serve(socket);
    }),
  );

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createTcpServer>): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureOf = async (call: Promise<unknown>): Promise<VendorError> => {
  const error = await call.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(VendorError);
  return error as VendorError;
};

/** The address of a port on which nobody listens. */
async function closedPort(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

describe('what is known when no answer came', () => {
  it('nothing was done when nobody listens', async () => {
    const failure = await failureOf(open().call(await closedPort()));
    expect(failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: false });
  });

  it('nothing was done when the name does not exist', async () => {
    const { call } = open({ loopbackOnly: false });
    const failure = await failureOf(call('https://salesos.invalid/', { timeoutSeconds: 10 }));
    expect(failure).toMatchObject({ outcomeUnknown: false });
  });

  it('nothing was done when no secure connection could be made', async () => {
    const plain = await webServer((_, response) => response.end());
    const failure = await failureOf(open().call(plain.url.replace('http:', 'https:')));
    expect(failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: false });
  });

  it('nothing was done when the connection was cut while it was being secured', async () => {
    const url = await tcpServer((socket) => socket.once('data', () => socket.destroy()));
    const failure = await failureOf(open().call(url.replace('http:', 'https:')));
    expect(failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: false });
  });

  it('nothing was done when the time ran out while it was being secured', async () => {
    const url = await tcpServer(() => {});
    const failure = await failureOf(open().call(url.replace('http:', 'https:'), { timeoutSeconds: 0.1 }));
    expect(failure).toMatchObject({ kind: 'timeout', outcomeUnknown: false });
  });

  it('it may have been done when the connection was cut before the answer', async () => {
    const url = await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const failure = await failureOf(open().call(url));
    expect(failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('it may have been done when the server closed the connection without a word', async () => {
    const url = await tcpServer((socket) => socket.once('data', () => socket.end()));
    expect(await failureOf(open().call(url))).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('it may have been done when the answer broke off in the middle', async () => {
    const url = await tcpServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
        setTimeout(() => socket.resetAndDestroy(), 10);
      }),
    );
    expect(await failureOf(open().call(url))).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('it may have been done when the answer is shorter than it says', async () => {
    const url = await tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    );
    expect(await failureOf(open().call(url))).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('it may have been done when the answer is no HTTP', async () => {
    const url = await tcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    expect(await failureOf(open().call(url))).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('it may have been done when no answer came in time', async () => {
    const { url, asked } = await webServer(() => {});
    const failure = await failureOf(open().call(url, { timeoutSeconds: 0.1 }));
    expect(failure).toMatchObject({ kind: 'timeout', outcomeUnknown: true });
    expect(asked).toEqual(['POST /']);
  });

  it('an answer that drips is cut at the time limit as a whole', async () => {
    const { url } = await webServer((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const failure = await failureOf(open().call(url, { timeoutSeconds: 0.2 }));
    expect(failure).toMatchObject({ kind: 'timeout', outcomeUnknown: true });
  });

  it('an answer larger than 30 MB is refused', async () => {
    const { url } = await webServer((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      let sent = 0;
      const more = () => {
        while (sent++ < 40) if (!response.write(chunk)) return void response.once('drain', more);
        response.end();
      };
      more();
    });
    const failure = await failureOf(open().call(url, { timeoutSeconds: 20 }));
    expect(failure).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
  });

  it('a call that waited for a free connection until its time ran out was never made', async () => {
    const { url, asked } = await webServer(() => {});
    const { call } = open();
    const holding = Array.from({ length: 64 }, () => failureOf(call(url, { timeoutSeconds: 1 })));
    const failure = await failureOf(call(`${url}/queued`, { timeoutSeconds: 0.3 }));
    expect(failure).toMatchObject({ kind: 'timeout', outcomeUnknown: false });
    expect((await Promise.all(holding)).every(({ outcomeUnknown }) => outcomeUnknown)).toBe(true);
    expect(asked).not.toContain('POST /queued');
  });
});

it('a redirect is an answer and is not followed', async () => {
  const { url, asked } = await webServer((request, response) => {
    response.writeHead(request.url === '/' ? 302 : 200, { location: '/elsewhere' }).end();
  });
  expect(await open().call(url)).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  expect(asked).toEqual(['POST /']);
});

it('every status is an answer, an empty one included', async () => {
  const statuses = [200, 204, 205, 304, 400, 404, 418, 429, 500, 503, 599];
  const { url } = await webServer((request, response) => response.writeHead(Number(request.url!.slice(1))).end());
  const { call, http } = open();
  for (const status of statuses) expect((await call(`${url}/${status}`)).status).toBe(status);
  for (const status of statuses) expect((await http.fetch('acme', 'one')(`${url}/${status}`)).status).toBe(status);
});

describe('Retry-After', () => {
  const tellsToWait = (value: string, status = 429) =>
    webServer((_, response) => response.writeHead(status, { 'retry-after': value }).end());

  it('keeps that account quiet for so many seconds, and no other account', async () => {
    const { url, asked } = await tellsToWait('120');
    const { call, clock } = open();
    expect((await call(url)).status).toBe(429);
    expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', outcomeUnknown: false, retryAfterSeconds: 120 });
    clock.advance(90);
    expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', retryAfterSeconds: 30 });
    expect((await call(url, { account: 'two' })).status).toBe(429);
    clock.advance(30);
    expect((await call(url)).status).toBe(429);
    expect(asked).toHaveLength(3);
  });

  it('may be a date, and comes with 503 too', async () => {
    const { url } = await tellsToWait('Mon, 04 Jan 2027 09:05:00 GMT', 503);
    const { call } = open();
    await call(url);
    expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', retryAfterSeconds: 300 });
  });

  it.each(['', 'soon', '-5', 'NaN', '0', 'Mon, 04 Jan 2027 08:00:00 GMT'])('%j keeps nobody waiting', async (value) => {
    const { url } = await tellsToWait(value);
    const { call } = open();
    await call(url);
    expect((await call(url)).status).toBe(429);
  });

  it('that names next year keeps quiet for an hour', async () => {
    const { url } = await tellsToWait('99999999999');
    const { call } = open();
    await call(url);
    expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', retryAfterSeconds: 3600 });
  });

  it('in an answer that is no refusal means nothing', async () => {
    const { url } = await tellsToWait('120', 202);
    const { call } = open();
    await call(url);
    expect((await call(url)).status).toBe(202);
  });
});

it('an allowance is kept in a sliding window, by account', async () => {
  const { url } = await webServer((_, response) => response.end());
  const { call, clock } = open({ budgets: { acme: { calls: 2, windowSeconds: 60 } } });
  await call(url);
  clock.advance(20);
  await call(url);
  expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', outcomeUnknown: false, retryAfterSeconds: 40 });
  await call(url, { account: 'two' });
  clock.advance(40);
  await call(url);
  expect(await failureOf(call(url))).toMatchObject({ kind: 'budget', retryAfterSeconds: 20 });
});

describe('the circuit of a server', () => {
  /** Answers 500 until it is mended. */
  async function brokenServer() {
    const state = { broken: true };
    const server = await webServer((_, response) => response.writeHead(state.broken ? 500 : 200).end());
    return { ...server, state };
  }

  it('opens after ten failures in a row, and says nothing to anybody for a while', async () => {
    const { url, asked } = await brokenServer();
    const { call } = open();
    for (let n = 0; n < 10; n++) await call(url, { account: `account ${n}` });
    const failure = await failureOf(call(url, { account: 'another' }));
    expect(failure).toMatchObject({ kind: 'circuit_open', outcomeUnknown: false, retryAfterSeconds: 20 });
    expect(asked).toHaveLength(10);
  });

  it('is closed by a success in between', async () => {
    const { url, state } = await brokenServer();
    const { call } = open();
    for (let n = 0; n < 30; n++) {
      state.broken = n % 10 !== 9;
      await call(url, { account: `account ${n % 3}` });
    }
    expect((await call(url)).status).toBe(200);
  });

  it('lets exactly one call through after the pause, and closes when that one succeeds', async () => {
    const { url, asked, state } = await brokenServer();
    const { call, clock } = open();
    for (let n = 0; n < 10; n++) await call(url, { account: `account ${n}` });
    clock.advance(20);
    const probes = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => call(url, { account: `account ${n}` })));
    expect(probes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(asked).toHaveLength(11);
    expect(await failureOf(call(url))).toMatchObject({ kind: 'circuit_open' });
    state.broken = false;
    clock.advance(20);
    await call(url);
    expect(await Promise.all([1, 2, 3].map((n) => call(url, { account: `account ${n}` })))).toHaveLength(3);
  });

  it('is not opened for all by one account whose every call fails: that account waits alone', async () => {
    const { url } = await webServer((_, response, body) => response.writeHead(body === 'bad' ? 500 : 200).end());
    const { call, clock } = open();
    for (let n = 0; n < 10; n++) await call(url, { account: 'bad', body: 'bad' });
    expect(await failureOf(call(url, { account: 'bad', body: 'bad' }))).toMatchObject({ kind: 'circuit_open' });
    expect((await call(url, { account: 'good' })).status).toBe(200);
    expect(await failureOf(call(url, { account: 'bad', body: 'bad' }))).toMatchObject({ kind: 'circuit_open' });
    clock.advance(20);
    expect((await call(url, { account: 'bad' })).status).toBe(200);
  });

  it('says nothing about another server of the same vendor', async () => {
    const down = await closedPort();
    const { url } = await webServer((_, response) => response.end());
    const { call } = open();
    for (let n = 0; n < 10; n++) await failureOf(call(down, { account: `account ${n}` }));
    expect(await failureOf(call(down))).toMatchObject({ kind: 'circuit_open' });
    expect((await call(url)).status).toBe(200);
  });

  it('a refusal (4xx) is no failure of the server', async () => {
    const { url } = await webServer((_, response) => response.writeHead(403).end());
    const { call } = open();
    for (let n = 0; n < 20; n++) await call(url, { account: `account ${n}` });
    expect((await call(url)).status).toBe(403);
  });
});

it('secrets in headers, bodies, addresses and answers never reach the log', async () => {
  const canary = 'canary-7f3a9c1e5b2d4f60-canary';
  const { url } = await webServer((_, response) => {
    response.writeHead(200, { 'x-secret': canary }).write(canary);
    setTimeout(() => response.destroy(), 5);
  });
  const { call, lines } = open();
  const secret: Partial<HttpRequest> = {
    headers: { authorization: `Bearer ${canary}`, cookie: canary },
    body: JSON.stringify({ password: canary }),
  };
  await failureOf(call(`${url}/tokens/${canary}?token=${canary}`, secret));
  await failureOf(call(`${await closedPort()}/tokens/${canary}?token=${canary}`, secret));
  await call(`${url}/${canary}`, { headers: { [`x ${canary}`]: 'no header name' } }).catch(() => {});
  await call(`${url}/${canary}`, { headers: { 'x-bad': `${canary}\r\n` } }).catch(() => {});
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(lines.join('')).toContain('vendor did not answer');
  expect(lines.join('')).not.toContain(canary);
});
