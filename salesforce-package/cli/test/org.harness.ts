/** The command line as somebody types it, against a fake org and a stand-in for SalesOS, each served on loopback. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrg } from '../../../backend/sandbox/fakes/salesforce/fake-salesforce.harness.ts';
import { systemClock } from '../../../backend/src/core/clock.ts';

const folder = join(import.meta.dirname, '..');
export const orgKey = `sfo_${'k'.repeat(43)}`;

export interface Run {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export type ServedCommandLine = Awaited<ReturnType<typeof startCommandLine>>;

export async function startCommandLine() {
  const salesos = await serveSalesOS();
  const org = await startOrg({ clock: systemClock, backendUrl: 'https://salesos.example.com' });
  const home = await mkdtemp(join(tmpdir(), 'salesos-cli-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    SF_DISABLE_TELEMETRY: 'true',
    SF_DISABLE_LOG_FILE: 'true',
    NO_COLOR: '1',
  };
  const { access_token: token } = org.fake.org.connect(org.url, undefined, 'Salesforce CLI');
  const signedIn = await run('test/sign-in.ts', [], { ...env, ACCESS_TOKEN: token, INSTANCE_URL: org.url });
  const username = signedIn.stdout.trim();
  if (signedIn.exitCode !== 0) throw new Error(`signing in failed: ${signedIn.stderr}`);

  return {
    fake: org.fake,
    salesos,
    username,
    token,
    /** `sf salesos …`; `onError` sees what is written meanwhile. */
    sf: (command: string, more: { env?: Record<string, string>; onError?: (text: string) => void } = {}) => {
      const args = ['salesos', ...command.split(' '), '--target-org', username];
      return run('bin/run.js', args, { ...env, ...more.env }, more.onError);
    },
    async close() {
      await salesos.close();
      await org.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function run(
  script: string,
  args: string[],
  env: Record<string, string>,
  onError?: (text: string) => void,
): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(folder, script), ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
      onError?.(stderr);
    });
    child.on('error', failed);
    child.on('close', (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

/** Takes one key; everything else is refused as the backend refuses it. */
async function serveSalesOS() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isTaken = request.headers.authorization === `Bearer ${orgKey}`;
    response.writeHead(isTaken ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isTaken ? { options: [], after: null } : { code: 'signature_refused' }));
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
