import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Ctx, Sockets } from '../src/core/ctx.ts';
import { VendorUnavailable } from '../src/core/errors.ts';
import { newId } from '../src/core/ids.ts';
import { defineJob, enqueue } from '../src/core/jobs.ts';
import { createLog } from '../src/core/log.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import {
  accessToken,
  createApiKey,
  dropGrant,
  finishConnect,
  GrantRefused,
  type OAuthVendor,
  startConnect,
  storeGrant,
} from '../src/tenants/index.ts';
import { jobs, reactions } from '../src/tenants/wakeups.ts';
import { startTestSystem } from '../testing/system.ts';

const canary = (name: string) => `canary-${name}-4e1f7a90b2c8d3564e1f7a90b2c8d356`;
const secret = {
  accessToken: canary('access'),
  refreshToken: canary('refresh'),
  code: canary('code'),
  secondAccess: canary('second-access'),
  secondRefresh: canary('second-refresh'),
};
/** Learned on the way: what is made at random. */
const made: string[] = [];
/** A vendor that is as talkative as any: its refusals repeat what it was given. */
const answers: { refresh: 'tokens' | 'failure' | 'refusal' } = { refresh: 'tokens' };
const talkative: OAuthVendor = {
  id: 'talkative',
  name: 'Talkative',
  authorizeUrl: ({ state }) => `https://vendor.example/?state=${state}`,
  async exchangeCode({ code, codeVerifier }) {
    made.push(codeVerifier);
    throw new GrantRefused(`invalid_grant: the code ${code} with code_verifier=${codeVerifier} is unknown`);
  },
  async refresh(refreshToken) {
    if (answers.refresh === 'failure')
      throw new VendorUnavailable('It did not answer as expected.', {
        detail: `500 for refresh_token=${refreshToken}`,
      });
    if (answers.refresh === 'refusal') throw new GrantRefused(`BAD_REFRESH_TOKEN ${refreshToken} is unknown`);
    const expiresAt = new Date(world.system.clock.now().getTime() + 3_600_000);
    return { accessToken: secret.secondAccess, refreshToken: secret.secondRefresh, expiresAt, scopes: [] };
  },
  async revoke(refreshToken) {
    throw new Error(`could not revoke {"token":"${refreshToken}"}`, { cause: new Error(`Bearer ${refreshToken}`) });
  },
};
const failing = defineJob({
  name: 'test.failing',
  payload: z.object({}),
  retryLimit: 1,
  retryDelaySeconds: 1,
  timeoutSeconds: 60,
  async run() {
    const error = new Error(`401 for ${secret.accessToken}`, { cause: `Authorization: Bearer ${secret.accessToken}` });
    throw Object.assign(error, { config: { headers: { authorization: secret.accessToken } } });
  },
});

const lines: string[] = [];
const world = await startTestSystem({
  sockets: { oauth: new Map([['talkative', talkative]]) } as Sockets,
  jobs: [...jobs, failing],
  reactions,
});
world.system.log = createLog('trace', { write: (line) => lines.push(line) });

async function dump(): Promise<string> {
  const { db } = world.system;
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const all = await Promise.all(
    tables.map(({ name }) => sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(db)),
  );
  return all.flatMap(({ rows }) => rows.map(({ row }) => row)).join('\n');
}

const tokens = () => ({
  accessToken: secret.accessToken,
  refreshToken: secret.refreshToken,
  expiresAt: new Date(world.system.clock.now().getTime() + 3_600_000),
  scopes: [],
});

async function grantOf(ctx: Ctx): Promise<string> {
  const id = newId(ctx.clock.now());
  await storeGrant(ctx, { id, vendor: 'talkative', account: 'rep@sender.example', tokens: tokens() });
  return id;
}

it('no secret is in clear in any table, job or log line, whatever its vendor repeats', async () => {
  const ctx = await world.tenant();
  const redirectUrl = 'https://app.salesos.test/back';
  const { url } = await startConnect(world.system, { vendor: 'talkative', tenantId: ctx.tenantId, redirectUrl });
  const pending = await dump();
  const state = new URL(url).searchParams.get('state')!;
  const answer = { vendor: 'talkative', state, code: secret.code, redirectUrl };
  await finishConnect(world.system, answer).catch((error) => ctx.log.error({ error }, 'not connected'));
  made.push((await createApiKey(ctx, { name: 'Script', scopes: ['contacts:read'] })).key);

  const [refreshed, refused, dropped] = [await grantOf(ctx), await grantOf(ctx), await grantOf(ctx)];
  await dropGrant(ctx, dropped);
  await enqueue(ctx, failing, { payload: {} });
  await world.advance(3550);
  expect(await accessToken(ctx, refreshed)).toBe(secret.secondAccess);
  for (const outcome of ['failure', 'refusal'] as const) {
    answers.refresh = outcome;
    await accessToken(ctx, refused).catch((error) => ctx.log.error({ error }, 'no token'));
  }
  for (let n = 0; n < 8; n++) {
    await world.runJobs();
    await world.advance(3600);
  }
  const letters = await ctx.jobs.deadLetters(ctx.tenantId, 10);
  expect(letters.map(({ job }) => job).sort()).toEqual(['tenants.revoke-grant', 'test.failing']);

  const everything = [pending, await dump(), ...lines, JSON.stringify(letters)].join('\n').split('\n');
  expect(everything.some((row) => row.includes('v1.test.'))).toBe(true);
  expect(everything.some((row) => row.includes('could not revoke'))).toBe(true);
  expect(made).toHaveLength(2);
  const secrets = [...Object.values(secret), ...made];
  expect(everything.filter((row) => secrets.some((value) => row.includes(value)))).toEqual([]);
});

it('the key is rotated under load: every grant opens all the time, and is sealed with the new key when it was used', async () => {
  const ctx = await world.tenant();
  answers.refresh = 'tokens';
  const ids = await Promise.all(Array.from({ length: 20 }, () => grantOf(ctx)));
  const older = { id: 'test', key: deriveKey('test', 'seal') };
  const newer = { id: 'newer', key: deriveKey('newer', 'seal') };
  const process = (...keys: (typeof older)[]): Ctx => ({
    ...ctx,
    secrets: createSecrets(keys, deriveKey('test', 'fingerprint')),
  });
  let opened = 0;
  // First every process knows the new key, then each seals with it, then the old one goes.
  for (const [one, two] of [
    [process(older), process(older, newer)],
    [process(older, newer), process(newer, older)],
    [process(newer, older), process(newer)],
  ]) {
    for (let round = 0; round < 3; round++) {
      const found = await Promise.all(ids.flatMap((id) => [accessToken(one!, id), accessToken(two!, id)]));
      opened += found.filter((token) => token === secret.accessToken).length;
    }
  }
  expect(opened).toBe(20 * 2 * 9);
  const rows = await ctx.db
    .selectFrom('vendorGrant')
    .select('sealedTokens')
    .where('tenantId', '=', ctx.tenantId)
    .execute();
  expect(rows.map(({ sealedTokens }) => sealedTokens.split('.')[1])).toEqual(Array(20).fill('newer'));
});
