import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';

const minute = 60_000;

/** The product as `npm start` runs it, with this environment and nothing of ours. */
function startProduct(environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'salesos-main-'));
  const child = spawn(process.execPath, [new URL('main.ts', import.meta.url).pathname], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'warn', DATA_FOLDER: folder, ...environment },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let printed = '';
  const running = new Promise<URL>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk;
      const address = /http:\/\/[\d.]+:\d+/.exec(printed);
      if (address) resolve(new URL(address[0]));
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${printed}`)));
  });
  running.catch(() => {});
  return { child, ended, running };
}

/** A request whose second half is still to come. */
async function beginRequest({ hostname, port, host }: URL) {
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /v1/emails/send HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{`,
  );
  const answer = text(socket).catch(() => '');
  return { answer, finish: () => socket.write('}') };
}

/** Until nobody listens any more. */
async function closed(origin: URL): Promise<void> {
  while (
    await fetch(origin).then(
      () => true,
      () => false,
    )
  );
}

it('a wrong configuration is told in one message, without a stack, and nothing is started', async () => {
  const { child, ended } = startProduct({ ROLE: 'worker', PORT: 'x' });
  const [said, code] = await Promise.all([text(child.stderr), ended]);
  expect(code).toBe(1);
  expect(said).toContain('SalesOS cannot start.');
  expect(said).toMatch(/ {2}PORT: .*\n {2}ROLE: .*embedded database/);
  expect(said).not.toContain('    at ');
});

it(
  'the sandbox starts without configuration, answers its health checks, and on SIGTERM finishes what it answers and exits with 0',
  async () => {
    const { child, ended, running } = startProduct({});
    const origin = await running;
    expect((await fetch(new URL('/health/live', origin))).status).toBe(200);
    const ready = await fetch(new URL('/health/ready', origin));
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready' }]);
    const { answer, finish } = await beginRequest(origin);
    child.kill('SIGTERM');
    await closed(origin);
    expect(child.exitCode).toBe(null);
    finish();
    expect(await answer).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(await ended).toBe(0);
  },
  2 * minute,
);

it(
  'a second signal does not wait',
  async () => {
    const { child, ended, running } = startProduct({});
    const origin = await running;
    await beginRequest(origin);
    child.kill('SIGTERM');
    await closed(origin);
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    expect(await ended).toBe(1);
  },
  2 * minute,
);
