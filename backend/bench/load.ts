/** Load on an HTTP server of this machine: wrk where it is installed, otherwise a small generator of our own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'undici';
import { quantile } from './measure.ts';

export interface Load {
  port: number;
  /** Asked for in turn. */
  paths: string[];
  connections: number;
  seconds: number;
}

export interface LoadResult {
  perSecond: number;
  requests: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** Answers that were none, or not the expected kind. */
  failures: number;
}

const run = promisify(execFile);

export const hasWrk = async (): Promise<boolean> =>
  run('wrk', ['--version']).then(
    () => true,
    // wrk prints its version and ends with 1.
    (error: { code?: unknown }) => error.code === 1,
  );

export async function putLoad(load: Load): Promise<LoadResult> {
  return (await hasWrk()) ? wrk(load) : own(load);
}

async function wrk({ port, paths, connections, seconds }: Load): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'salesos-bench-'));
  try {
    const script = join(folder, 'paths.lua');
    const formatted = paths.map((path) => `wrk.format("GET", ${JSON.stringify(path)})`).join(',\n');
    await writeFile(
      script,
      `local requests\nlocal at = 0\nfunction init() requests = {\n${formatted}\n} end\nfunction request() at = at % #requests + 1 return requests[at] end\n`,
    );
    const parameters = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s', '-s', script];
    const { stdout } = await run('wrk', [...parameters, `http://127.0.0.1:${port}`]);
    const find = (pattern: RegExp) => pattern.exec(stdout)?.slice(1) ?? [];
    const socketErrors = find(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/).map(Number);
    return {
      perSecond: Number(find(/Requests\/sec:\s+([\d.]+)/)[0]),
      requests: Number(find(/(\d+) requests in/)[0]),
      p50Milliseconds: milliseconds(find(/^\s+50%\s+(\S+)/m)[0]),
      p99Milliseconds: milliseconds(find(/^\s+99%\s+(\S+)/m)[0]),
      failures:
        Number(find(/Non-2xx or 3xx responses: (\d+)/)[0] ?? 0) + socketErrors.reduce((sum, count) => sum + count, 0),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function milliseconds(text = ''): number {
  const [, amount, unit] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(amount) * ({ us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit ?? ''] ?? Number.NaN);
}

async function own({ port, paths, connections, seconds }: Load): Promise<LoadResult> {
  const taken: number[] = [];
  let failures = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  const lane = async (first: number) => {
    const client = new Client(`http://127.0.0.1:${port}`);
    for (let at = first; performance.now() < end; at++) {
      const before = performance.now();
      const answer = await client.request({ method: 'GET', path: paths[at % paths.length]! }).catch(() => null);
      await answer?.body.dump();
      if (!answer || answer.statusCode >= 400) failures++;
      taken.push(performance.now() - before);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => lane(index)));
  const elapsedSeconds = (performance.now() - started) / 1000;
  return {
    perSecond: taken.length / elapsedSeconds,
    requests: taken.length,
    p50Milliseconds: quantile(taken, 0.5),
    p99Milliseconds: quantile(taken, 0.99),
    failures,
  };
}
