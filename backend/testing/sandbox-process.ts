import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SandboxProcess {
  /** The address it printed. */
  url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  /** As a power cut would: nothing is finished, nothing is closed. */
  kill(): Promise<void>;
}

/** A folder for the sandbox's data, and how to take it away. */
export async function dataFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'salesos-sandbox-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** What `npm start` runs, on a free port and a data folder of the test's own. */
export async function startSandboxProcess(folder: string): Promise<SandboxProcess> {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, DATA_FOLDER: folder, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await printedAddress(child);
  const read = async <T>(answer: Response): Promise<T> => {
    const content = await answer.text();
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${content}`);
    return JSON.parse(content) as T;
  };
  return {
    url,
    get: async (path) => read(await fetch(url + path)),
    post: async (path, body) =>
      read(
        await fetch(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function printedAddress(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const address = /SalesOS sandbox: (http:\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('close', () => reject(new Error(`the sandbox ended before it began:\n${output}`)));
  });
}
