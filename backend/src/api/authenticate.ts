/** Who calls: an API key, or a person whom a CRM vouches for with its signature. */
import { apiVersions } from '@salesos/shared/api.ts';
import type { MiddlewareHandler } from 'hono';
import { type Actor, type Ctx, type System, tenantContext } from '../core/ctx.ts';
import { Forbidden, Unauthenticated } from '../core/errors.ts';
import {
  authenticateApiKey,
  findConnection,
  type Member,
  memberFromIdentity,
  pinApiVersion,
} from '../tenants/index.ts';
import { RequestProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { ApiEnv } from './request.ts';
import type { OpenRecords, SurfaceRequest, SurfaceVerifier } from './surface.ts';

/** The caller behind an API key: sets the context of its tenant, counts the request, and settles the version. */
export function authenticateKey(rateLimit: RateLimit): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const system = c.get('system');
    const key = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (!key) throw new Unauthenticated('Send your API key in the header Authorization: Bearer <key>.');
    const known = await authenticateApiKey(system, key);
    if (!known) throw new Unauthenticated('This API key is not valid, or was revoked.');
    const ctx = tenantContext(system, known.tenantId, { kind: 'api_key', id: known.keyId, name: known.name });
    c.set('ctx', ctx);
    c.set('caller', { scopes: known.scopes });
    rateLimit.take(known.keyId, (name, value) => c.header(name, value));
    c.header('SalesOS-Version', await settleVersion(ctx, known, c.req.header('salesos-version')));
    await next();
  };
}

/** The version this request is answered in: the one asked for, or the one the key was first used with. */
async function settleVersion(
  ctx: Ctx,
  key: { keyId: string; apiVersion: string | null },
  asked: string | undefined,
): Promise<string> {
  if (asked !== undefined && !apiVersions.some((version) => version === asked))
    throw new RequestProblem(400, 'unsupported_version', `There is no such version. The newest is ${apiVersions[0]}.`);
  if (key.apiVersion === null) await pinApiVersion(ctx, key.keyId, asked ?? apiVersions[0]);
  return asked ?? key.apiVersion ?? apiVersions[0];
}

/** Checks a request of a CRM's screen, workflow or notice. Whose signature it bears decides; nothing is tried out. */
export async function verifySurface(verifiers: Iterable<SurfaceVerifier>, request: SurfaceRequest, system: System) {
  for (const { crm, verify } of verifiers) {
    const verdict = await verify(request, system);
    if (verdict.outcome === 'identified') return { crm, identity: verdict.identity };
    if (verdict.outcome === 'refused') {
      system.log.warn({ crm, reason: verdict.reason }, 'signature refused');
      break;
    }
  }
  throw new Unauthenticated('The signature of the CRM is missing or does not fit.', { code: 'signature_refused' });
}

/** The tenant of a CRM account that SalesOS is installed in. */
export async function connectedTenant(system: System, crm: string, accountId: string | null, actor?: Actor) {
  const connection = accountId ? await findConnection(system, crm, accountId) : null;
  if (!connection || connection.status === 'uninstalled')
    throw new Forbidden(
      'SalesOS is not connected to this account. An admin can install it from the app’s settings page.',
      {
        code: 'crm_not_connected',
      },
    );
  return { connection, ctx: tenantContext(system, connection.tenantId, actor) };
}

export interface CardCaller {
  crm: string;
  ctx: Ctx;
  member: Member;
  /** The records this rep may open; null where the CRM lets nobody ask. */
  records: OpenRecords | null;
}

/** The rep behind a card's request, by the CRM's signed word. */
export async function cardCaller(
  system: System,
  verifiers: Iterable<SurfaceVerifier>,
  request: SurfaceRequest,
): Promise<CardCaller> {
  const { crm, identity } = await verifySurface(verifiers, request, system);
  const { accountId, userId, userEmail, userName, isAdmin, records } = identity;
  if (!accountId || !userId || !userEmail)
    throw new Unauthenticated('The CRM does not say who asks.', { code: 'signature_refused' });
  const { ctx } = await connectedTenant(system, crm, accountId);
  const known = await memberFromIdentity(ctx, { crm, crmUserId: userId, email: userEmail, name: userName ?? '' });
  // For this request only: whoever loses the right in the CRM has lost it here.
  const member = isAdmin ? { ...known, role: 'admin' as const } : known;
  return { crm, member, records, ctx: { ...ctx, actor: { kind: 'member', id: member.id, name: member.name } } };
}
