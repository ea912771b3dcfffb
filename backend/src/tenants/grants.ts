import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { VendorUnavailable } from '../core/errors.ts';
import { emit } from '../core/events.ts';
import { defineJob, enqueue } from '../core/jobs.ts';
import { withoutSecrets } from '../core/log.ts';
import { oauthVendor } from './connect.ts';
import { markReconnect } from './connections.ts';
import { GrantRefused, type Tokens } from './oauth.ts';
import {
  changeConnection,
  changeGrant,
  deleteGrant,
  type GrantRow,
  leaseGrant,
  readConnection,
  readConnectionsByGrant,
  readGrant,
  resealGrant,
  saveGrant,
} from './queries.ts';

/** Tokens are renewed this long before they end, so that one handed out lasts for the call it was wanted for. */
const refreshBeforeSeconds = 150;
/** While somebody else renews it, the present token is good enough for this long before its end. */
const usableBeforeSeconds = 20;
/** Longer than any refresh takes; after this a dead process no longer stands in the way. */
const leaseSeconds = 60;
const waitMilliseconds = 100;
const longestWaitMilliseconds = 40_000;

/** Keeps the tokens of a mailbox or CRM connection (`id` is its id), sealed. Tokens that were refused are replaced. */
export async function storeGrant(
  ctx: Ctx,
  { id, vendor, account, tokens }: { id: string; vendor: string; account: string; tokens: Tokens },
): Promise<void> {
  const sealedTokens = seal(ctx, id, tokens);
  const fresh = { refusedAt: null, refreshingUntil: null };
  await saveGrant(ctx, { id, vendor, account, sealedTokens, expiresAt: tokens.expiresAt, ...fresh });
}

/**
 * An access token that lasts for at least a call. Whoever finds it near its end renews it; everybody else, in this
 * process or another, uses the old one while it is good or waits for the new one. `refusedToken` is a token the vendor
 * refused before its time: another one is fetched. Throws GrantRefused when somebody must connect again.
 */
export async function accessToken(ctx: Ctx, grantId: string, refusedToken?: string): Promise<string> {
  for (let waited = 0; waited <= longestWaitMilliseconds; waited += waitMilliseconds) {
    const grant = await readGrant(ctx, grantId);
    if (!grant || grant.refusedAt) throw new GrantRefused('The connection was refused and must be made again.');
    const tokens = open(ctx, grant);
    const now = ctx.clock.now();
    const secondsLeft = (grant.expiresAt.getTime() - now.getTime()) / 1000;
    const refused = tokens.accessToken === refusedToken;
    if (!refused && secondsLeft > refreshBeforeSeconds) {
      if (ctx.secrets.isOld(grant.sealedTokens)) await resealGrant(ctx, grant, seal(ctx, grant.id, tokens));
      return tokens.accessToken;
    }
    const until = new Date(now.getTime() + leaseSeconds * 1000);
    if (await leaseGrant(ctx, grant, now, until)) {
      const renewed = await refresh(ctx, grant, tokens);
      if (renewed) return renewed;
    } else if (!refused && secondsLeft > usableBeforeSeconds) {
      return tokens.accessToken;
    }
    await wait(waitMilliseconds);
  }
  throw new VendorUnavailable('The connection is being renewed and that takes too long. It is tried again shortly.', {
    retryAfterSeconds: leaseSeconds,
  });
}

/** What a colleague asks of a CRM in which each installs for themselves. Throws GrantRefused when they must install again. */
export const memberAccessToken = (ctx: Ctx, memberId: string, refusedToken?: string): Promise<string> =>
  accessToken(ctx, memberId, refusedToken);

/** Renews the tokens and stores them before anybody uses them; the account may have moved. Null when a new connect replaced them meanwhile. */
async function refresh(ctx: Ctx, grant: GrantRow, tokens: Tokens): Promise<string | null> {
  let renewed: Tokens;
  try {
    renewed = await oauthVendor(ctx, grant.vendor).refresh(tokens.refreshToken, grant.account);
  } catch (error) {
    if (error instanceof GrantRefused) {
      if (!(await loseGrant(ctx, grant, error))) return null;
    } else {
      await changeGrant(ctx, grant, { refreshingUntil: null });
    }
    throw error;
  }
  const stored = await changeGrant(ctx, grant, {
    sealedTokens: seal(ctx, grant.id, renewed),
    expiresAt: renewed.expiresAt,
    refreshingUntil: null,
  });
  if (stored && renewed.apiUrl)
    for (const { id, apiUrl } of await readConnectionsByGrant(ctx, grant.id))
      if (apiUrl !== renewed.apiUrl)
        await changeConnection(ctx, id, ['connected', 'reconnect'], { apiUrl: renewed.apiUrl });
  return stored ? renewed.accessToken : null;
}

/** Marks the grant, tells whom it belonged to, and sets a CRM connection to `reconnect`. False when it was replaced since. */
async function loseGrant(ctx: Ctx, grant: GrantRow, refusal: GrantRefused): Promise<boolean> {
  // It is stored and shown, and vendors repeat what they were sent.
  const reason = withoutSecrets(refusal.message);
  const { uninstalled } = refusal;
  return inTransaction(ctx, async (ctx) => {
    const lost = await changeGrant(ctx, grant, { refusedAt: ctx.clock.now(), refreshingUntil: null });
    if (!lost) return false;
    await emit(ctx, 'grant.lost', { grantId: grant.id, vendor: grant.vendor, reason, uninstalled });
    for (const { id } of await readConnectionsByGrant(ctx, grant.id)) await markReconnect(ctx, id, reason);
    return true;
  });
}

/** Forgets the tokens at once, and gives them back to the vendor as soon as it can be reached. */
export async function dropGrant(ctx: Ctx, id: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const grant = await deleteGrant(ctx, id);
    if (!grant || grant.refusedAt) return;
    const { vendor, account, sealedTokens } = grant;
    await enqueue(ctx, revokeJob, { payload: { grantId: id, vendor, account, sealedTokens } });
  });
}

export const revokeJob = defineJob({
  name: 'tenants.revoke-grant',
  payload: z.object({ grantId: z.string(), vendor: z.string(), account: z.string(), sealedTokens: z.string() }),
  retryLimit: 5,
  retryDelaySeconds: 30,
  timeoutSeconds: 60,
  async run(ctx, { grantId, vendor, account, sealedTokens }) {
    // Connected again meanwhile: giving the old tokens back could end the new ones too.
    if (await readGrant(ctx, grantId)) return;
    const connection = await readConnection(ctx, grantId);
    if (connection && connection.status !== 'uninstalled') return;
    const { refreshToken } = open(ctx, { id: grantId, sealedTokens });
    await oauthVendor(ctx, vendor).revoke(refreshToken, account);
  },
});

const sealContext = (ctx: Ctx, id: string) => `${ctx.tenantId}|vendor_grant|${id}`;

const seal = (ctx: Ctx, id: string, tokens: Tokens) => ctx.secrets.seal(JSON.stringify(tokens), sealContext(ctx, id));

const storedTokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.coerce.date(),
  scopes: z.array(z.string()),
});

const open = (ctx: Ctx, { id, sealedTokens }: Pick<GrantRow, 'id' | 'sealedTokens'>): Tokens =>
  storedTokens.parse(JSON.parse(ctx.secrets.open(sealedTokens, sealContext(ctx, id))));
