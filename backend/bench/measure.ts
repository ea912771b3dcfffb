/** Rounds, medians and CPU time: what every bench is made of. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Database } from '../src/core/db.ts';
import { round } from './report.ts';

/** What one run of one case gave: figures by name, with the unit in the name. */
export type Sample = Record<string, number>;

/**
 * Runs all cases once per round, in turning order, so that whatever else the machine does meets all of them alike. One round
 * before is not counted: it fills caches and compiles.
 */
export async function interleave<N extends string>(
  rounds: number,
  cases: Record<N, (round: number) => Promise<Sample>>,
): Promise<Record<N, Sample[]>> {
  const names = Object.keys(cases) as N[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<N, Sample[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await cases[name](round);
      if (round > 0) samples[name].push(sample);
    }
  }
  return samples;
}

export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const medianOf = (samples: Sample[], figure: string): number => median(samples.map((sample) => sample[figure]!));

/** The median of the ratios within each round. */
export const ratioOf = (ours: Sample[], anchor: Sample[], figure: string): number =>
  median(ours.map((sample, round) => sample[figure]! / anchor[round]![figure]!));

/** The CPU time of one operation in words: all of it, then this process and the database's server. */
export const cpuCost = (samples: Sample[]): string => {
  const [all, node, server] = ['cpuMicroseconds', 'nodeMicroseconds', 'serverMicroseconds'].map((figure) =>
    round(medianOf(samples, figure)),
  );
  return `${all} µs CPU (${node} + ${server})`;
};

export interface Cpu {
  /** Runs the work; answers its wall time and the CPU time of this process and of the database's server. */
  during(
    work: () => Promise<unknown>,
  ): Promise<{ wallSeconds: number; nodeMicroseconds: number; serverMicroseconds: number }>;
  /** False when the server's processes are not on this machine: its share is then missing from every figure. */
  seesServer: boolean;
}

/**
 * CPU time is the figure to trust on a machine whose cores are shared: it moves far less than rates do. The server's share
 * is that of the backends of this one database, so that other databases of the same server do not disturb.
 */
export async function watchCpu(db: Database, engine: 'postgres' | 'pglite'): Promise<Cpu> {
  const backends = async (): Promise<Map<number, number>> => {
    if (engine === 'pglite') return new Map();
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database()`.execute(db);
    return new Map(rows.map(({ pid }) => [pid, backendMicroseconds(pid)]));
  };
  const seen = [...(await backends()).values()];
  return {
    seesServer: engine === 'pglite' || seen.some((micros) => micros > 0),
    async during(work) {
      const before = await backends();
      const node = process.cpuUsage();
      const started = performance.now();
      await work();
      const wallSeconds = (performance.now() - started) / 1000;
      const { user, system } = process.cpuUsage(node);
      let serverMicroseconds = 0;
      for (const [pid, micros] of await backends()) serverMicroseconds += micros - (before.get(pid) ?? 0);
      return { wallSeconds, nodeMicroseconds: user + system, serverMicroseconds };
    },
  };
}

/** Time on a core since the backend began, in µs; 0 where no such PostgreSQL process is on this machine. */
function backendMicroseconds(pid: number): number {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres')) return 0;
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return 0;
  }
}

/** The usual figures of a run over `count` operations. */
export async function perOperation(cpu: Cpu, count: number, work: () => Promise<unknown>): Promise<Sample> {
  const { wallSeconds, nodeMicroseconds, serverMicroseconds } = await cpu.during(work);
  const cpuMicroseconds = (nodeMicroseconds + serverMicroseconds) / count;
  return {
    perSecond: count / wallSeconds,
    nodeMicroseconds: nodeMicroseconds / count,
    serverMicroseconds: serverMicroseconds / count,
    cpuMicroseconds,
    perCoreSecond: 1_000_000 / cpuMicroseconds,
  };
}
