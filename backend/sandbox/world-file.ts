/** What the fakes remember, in a file: a restart, a kill or a power cut forgets nothing that was answered. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { GoogleMemory } from './fakes/google/fake-google.ts';
import type { Memory as HubSpotMemory } from './fakes/hubspot/index.ts';
import type { MicrosoftMemory } from './fakes/microsoft/fake-microsoft.ts';
import type { Memory as PipedriveMemory } from './fakes/pipedrive/index.ts';
import type { InboxMail } from './fakes/prospect-inboxes.ts';
import type { SalesforceMemory } from './fakes/salesforce/index.ts';
import type { MailServerMemory } from './fakes/smtp/fake-mail-server.ts';
import type { StoredMail } from './prospect-inbox.ts';

export interface WorldMemory {
  clock: Date;
  google: GoogleMemory;
  microsoft: MicrosoftMemory;
  mailServer: MailServerMemory;
  hubspot: HubSpotMemory;
  salesforce: SalesforceMemory;
  pipedrive: PipedriveMemory;
  /** What prospects received, by address. */
  inboxes: Map<string, InboxMail[]>;
  /** What prospects wrote. */
  answers: StoredMail[];
}

/** Raised when a fake remembers something else than before; a world of another version is left behind. */
const version = 3;
/** A clock that only ticks is written down this often. */
const clockStepMilliseconds = 60_000;

/** The world as it was last kept, or null when there is none that this version can read. */
export async function readWorld(file: string): Promise<WorldMemory | null> {
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return null;
  try {
    const kept = deserialize(bytes) as { version: number; clock: Date; world: Uint8Array };
    if (kept.version !== version) return null;
    return { ...(deserialize(kept.world) as Omit<WorldMemory, 'clock'>), clock: kept.clock };
  } catch {
    return null;
  }
}

/**
 * Returns the function that keeps the world as it is when it is called; it resolves when that is on the disk. Calls during a
 * write share the next one, and a world that did not change is not written.
 */
export function keepWorld(file: string, current: () => WorldMemory): () => Promise<void> {
  let last = { world: Buffer.alloc(0), clock: 0 };
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  async function write(): Promise<void> {
    const { clock, ...rest } = current();
    const world = serialize(rest);
    if (world.equals(last.world) && Math.abs(clock.getTime() - last.clock) < clockStepMilliseconds) return;
    await replaceFile(file, serialize({ version, clock, world }));
    last = { world, clock: clock.getTime() };
  }
  const begin = (): Promise<void> => {
    running = write().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return begin();
      });
    return next;
  };
}

/** Either the old content or the new one is there, whenever the power goes. */
async function replaceFile(file: string, content: Buffer): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  const entries = await open(folder, 'r');
  try {
    await entries.sync();
  } finally {
    await entries.close();
  }
}
