import { createHash, randomBytes } from 'node:crypto';
import { type Ctx, inTransaction, type System } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { sameText } from '../core/secrets.ts';
import {
  deleteEndedOrgKeys,
  endOrgKeys,
  insertOrgKey,
  readConnectionByKey,
  readOrgKeySince,
} from './org-key-queries.ts';
import { type ConnectionRow, lockTenant, readConnection } from './queries.ts';

const keyShape = /^sfo_[\w-]{43}$/;
/** Requests that are under way with the old key are still answered. */
const graceSeconds = 3600;

/** A key with which the CRM's own server code (Apex) calls us. It opens nothing before it is saved. */
export const newOrgKey = (): string => `sfo_${randomBytes(32).toString('base64url')}`;

/** Whether the CRM took a key since `connectedAt`. */
export const hasOrgKey = async (ctx: Ctx, connectionId: string, connectedAt: Date): Promise<boolean> =>
  (await readOrgKeySince(ctx, connectionId, connectedAt)) !== undefined;

/**
 * From now on this key opens the connection; an older one works for another hour. With `connectedAt` only one from before that
 * connect is older: of two workers that each gave the CRM a key, nobody knows whose it kept.
 */
export async function saveOrgKey(ctx: Ctx, connectionId: string, key: string, connectedAt?: Date): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    // Of two who save at once one comes second, and its key is the one that lasts.
    await lockTenant(ctx);
    const connection = await readConnection(ctx, connectionId);
    if (!connection || connection.status === 'uninstalled') throw new NotFound('CRM connection');
    const now = ctx.clock.now();
    await deleteEndedOrgKeys(ctx, connectionId, now);
    await endOrgKeys(ctx, connectionId, new Date(now.getTime() + graceSeconds * 1000), connectedAt);
    const { tenantId } = ctx;
    await insertOrgKey(ctx, {
      tenantId,
      id: newId(now),
      connectionId,
      hash: hashOf(key),
      createdAt: now,
      endsAt: null,
    });
  });
}

/**
 * The connection that this key opens; null for no living key, for one of another CRM, and for a right key with the id of
 * another account. A connection that must be made again is answered too: the card says so.
 */
export async function authenticateOrgKey(
  system: System,
  { crm, key, accountId }: { crm: string; key: string; accountId: string },
): Promise<ConnectionRow | null> {
  if (!keyShape.test(key)) return null;
  const connection = await readConnectionByKey(system, crm, hashOf(key), system.clock.now());
  return connection && sameText(connection.accountId, accountId) ? connection : null;
}

/** The key is random, so a plain hash cannot be guessed backwards as that of a password could. */
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
