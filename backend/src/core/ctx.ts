import type { EventName } from '@salesos/shared/events.ts';
import type { Clock } from './clock.ts';
import { type Database, transaction } from './db.ts';
import type { Reaction } from './events.ts';
import type { Http } from './http.ts';
import type { Jobs } from './jobs.ts';
import type { Logger } from './log.ts';
import type { Secrets } from './secrets.ts';

/**
 * What vendors fill. A capability that owns a socket adds its field here by declaration merging, so that core need not
 * know what a mailbox or a CRM is.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the capabilities that own a socket
export interface Sockets {}

/** Values a verb may need from the configuration. */
export interface Settings {
  /** Where the world reaches us, without a trailing slash. */
  publicUrl: string;
  sandbox: boolean;
}

/** The running product: what exists once per process. */
export interface System {
  db: Database;
  jobs: Jobs;
  /** Who reacts to what, by event name. */
  reactions: Map<EventName, Reaction[]>;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  http: Http;
  sockets: Sockets;
  settings: Settings;
}

/** Who acts: shown in the history, and the owner of what is written. */
export interface Actor {
  kind: 'member' | 'api_key' | 'workflow' | 'contact' | 'system';
  id: string;
  name: string;
}

/** Everything a verb gets: one tenant, one actor, and a database that may be a transaction. */
export interface Ctx extends System {
  tenantId: string;
  actor: Actor;
}

export const systemActor: Actor = { kind: 'system', id: 'system', name: 'SalesOS' };

/** The context of one tenant. `labels` stand in its log lines beside the tenant's id. */
export function tenantContext(
  system: System,
  tenantId: string,
  actor: Actor = systemActor,
  labels: Record<string, string> = {},
): Ctx {
  return { ...system, log: system.log.child({ ...labels, tenantId }), tenantId, actor };
}

/** Runs `work` in one transaction: rows, events and jobs commit together or not at all. Joins a transaction already open. */
export async function inTransaction<C extends System, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  return transaction(ctx.db, (db) => work({ ...ctx, db }));
}
