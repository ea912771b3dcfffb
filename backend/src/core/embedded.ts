import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { systemClock } from './clock.ts';
import { PreparingPglite } from './prepared-pglite.ts';

/** A folder that survives restarts and power cuts; or memory, optionally starting from a dump (tests). */
export type EmbeddedStore = { folder: string } | { memory: true; dump?: Blob };

// As shipped PGlite starts with fsync off (-F). With it on, WAL must be flushed by fsync: fdatasync does not reach the file system.
const durableStartParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
];

/** Opens PGlite so that what it acknowledged survives a power cut, and so that no second process opens the same folder. */
export async function openEmbedded(store: EmbeddedStore): Promise<{ pglite: PGlite; release: () => void }> {
  if ('memory' in store) {
    const pglite = new PreparingPglite(store.dump ? { loadDataDir: store.dump } : {});
    await pglite.waitReady;
    return { pglite, release: () => {} };
  }
  const folder = resolve(store.folder);
  fs.mkdirSync(dirname(folder), { recursive: true });
  const release = lockFolder(folder);
  try {
    const pglite = new PreparingPglite({ fs: new DurableNodeFS(folder), startParams: durableStartParams });
    await pglite.waitReady;
    return { pglite, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** The part of Emscripten's module that PGlite's Node file system uses. */
interface EmscriptenModule {
  NODEFS: {
    stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
    realPath(node: unknown): string;
  };
}

/** PGlite's Node file system has no fsync at all (as of 0.5.16); this gives it one, for files and for folders' entries. */
class DurableNodeFS extends NodeFS {
  override async init(...parameters: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const result = await super.init(...parameters);
    const addFsync = (module: EmscriptenModule) => {
      const nodefs = module.NODEFS;
      nodefs.stream_ops.fsync = (stream) => {
        const descriptor = stream.nfd ?? fs.openSync(nodefs.realPath(stream.node), 'r');
        try {
          fs.fsyncSync(descriptor);
        } finally {
          if (stream.nfd === undefined) fs.closeSync(descriptor);
        }
        return 0;
      };
    };
    // The module's own type does not show the file systems it was built with.
    const options = result.emscriptenOpts as { preRun?: unknown };
    const before = options.preRun;
    options.preRun = [...(Array.isArray(before) ? before : before ? [before] : []), addFsync];
    return result;
  }
}

/**
 * PGlite takes no lock, and a second process silently loses the first one's rows. The lock file beside the folder holds
 * pid and start time of its process, and is taken over only when that process is gone.
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  const mine = `${process.pid} ${startTime(process.pid) ?? ''}`;
  while (!createLock(file, mine)) {
    const holder = readText(file);
    const [pid, started] = holder.split(' ');
    if (isAlive(Number(pid), started ?? '')) {
      throw new Error(
        `The database folder ${folder} is in use by process ${pid}. Stop that process first, or choose another folder with DATA_FOLDER.`,
      );
    }
    removeStale(file, holder);
  }
  return () => {
    if (readText(file) === mine) fs.rmSync(file, { force: true });
  };
}

/** The file appears with its content or not at all: an empty one would look like that of a dead process. */
function createLock(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

const removalSeconds = 10;

/** Removes a dead process's lock. One process at a time, or the second one would remove the first one's new lock. */
function removeStale(file: string, holder: string): void {
  const guard = `${file}.removing`;
  try {
    fs.mkdirSync(guard);
  } catch {
    const since = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
    // Its maker died between two lines.
    if (since && systemClock.now().getTime() - since > removalSeconds * 1000)
      fs.rmSync(guard, { recursive: true, force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return;
  }
  if (readText(file) === holder) fs.rmSync(file, { force: true });
  fs.rmdirSync(guard);
}

function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startTime(pid);
  return now === null || started === '' || now === started;
}

/** When a process started, in clock ticks since boot; null where the system does not say (not Linux). */
function startTime(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  return stat ? (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null) : null;
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
