import { createHash, randomBytes } from 'node:crypto';
import { scopes as knownScopes } from '@salesos/shared/api/endpoint.ts';
import { type Ctx, type System, tenantContext } from '../core/ctx.ts';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { sameText } from '../core/secrets.ts';
import {
  type ApiKeyRow,
  changeApiKey,
  insertApiKey,
  readApiKey,
  readApiKeys,
  readLiveApiKeyByHash,
} from './queries.ts';

/** What may be shown of a key: all but the key. */
export type ApiKeyView = Omit<ApiKeyRow, 'hash' | 'tenantId'>;

const keyShape = /^sos_[\w-]{43}$/;
const prefixLength = 10;
const lastUseSeconds = 60;

/** Makes an API key. The key itself (256 random bits) is in this answer and nowhere else: only its hash is stored. */
export async function createApiKey(
  ctx: Ctx,
  { name, scopes }: { name: string; scopes: string[] },
): Promise<{ key: string; view: ApiKeyView }> {
  const label = name.trim();
  if (label === '' || label.length > 100)
    throw new InvalidInput('Give the key a name of 1 to 100 characters.', {
      fields: [{ pointer: '/name', code: 'invalid', message: 'A name has 1 to 100 characters.' }],
    });
  const unknown = scopes.filter((scope) => !knownScopes.some((known) => known === scope));
  if (unknown.length > 0 || scopes.length === 0)
    throw new InvalidInput(
      unknown.length > 0 ? `There is no scope ${unknown.join(', ')}.` : 'Give the key at least one scope.',
      { fields: [{ pointer: '/scopes', code: 'invalid', message: `Known scopes: ${knownScopes.join(', ')}.` }] },
    );
  const key = `sos_${randomBytes(32).toString('base64url')}`;
  const now = ctx.clock.now();
  const row = await insertApiKey(ctx, {
    tenantId: ctx.tenantId,
    id: newId(now),
    name: label,
    prefix: key.slice(0, prefixLength),
    hash: hashOf(key),
    scopes: [...new Set(scopes)],
    apiVersion: null,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  });
  return { key, view: viewOf(row) };
}

/** The tenant's keys, newest first, revoked ones included. */
export const listApiKeys = async (ctx: Ctx): Promise<ApiKeyView[]> => (await readApiKeys(ctx)).map(viewOf);

/** The key stops working at once and for good. Revoking it again changes nothing. */
export async function revokeApiKey(ctx: Ctx, id: string): Promise<ApiKeyView> {
  const row = await readApiKey(ctx, id);
  if (!row) throw new NotFound('API key');
  if (row.revokedAt) return viewOf(row);
  const revokedAt = ctx.clock.now();
  await changeApiKey(ctx, id, { revokedAt });
  return viewOf({ ...row, revokedAt });
}

/** Who sends this key; null for anything that is no living key of an active tenant. Its last use is noted once a minute. */
export async function authenticateApiKey(
  system: System,
  key: string,
): Promise<{ tenantId: string; scopes: string[]; keyId: string; name: string; apiVersion: string | null } | null> {
  if (!keyShape.test(key)) return null;
  const hash = hashOf(key);
  const row = await readLiveApiKeyByHash(system, hash);
  if (!row || !sameText(row.hash, hash)) return null;
  const now = system.clock.now();
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= lastUseSeconds * 1000)
    await changeApiKey(tenantContext(system, row.tenantId), row.id, { lastUsedAt: now });
  const { tenantId, scopes, name, apiVersion } = row;
  return { tenantId, scopes, keyId: row.id, name, apiVersion };
}

/** The version of the API that a key gets when it names none: the one it was first used with. */
export const pinApiVersion = (ctx: Ctx, keyId: string, apiVersion: string): Promise<void> =>
  changeApiKey(ctx, keyId, { apiVersion });

/** The key is random, so a plain hash cannot be guessed backwards as that of a password could. */
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

const viewOf = ({ id, name, prefix, scopes, apiVersion, createdAt, lastUsedAt, revokedAt }: ApiKeyRow): ApiKeyView => ({
  id,
  name,
  prefix,
  scopes,
  apiVersion,
  createdAt,
  lastUsedAt,
  revokedAt,
});
