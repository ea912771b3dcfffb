/** What an admin does with the CRMs of the account, from the settings. */
import type { ParsedCardRequest } from '@salesos/shared/cards.ts';
import { InvalidInput, NotFound } from '../core/errors.ts';
import { retryPreparation } from '../crm-sync/index.ts';
import { connectionsOf, newOrgKey, saveOrgKey } from '../tenants/index.ts';
import type { CardCaller } from './authenticate.ts';
import { requireAdmin } from './card-permission.ts';
import { connectLinkUrl } from './connect-link.ts';

export async function linkToCrm(
  caller: CardCaller,
  { crm, host }: ParsedCardRequest<'/cards/crms/connect'>,
): Promise<{ url: string }> {
  const { ctx, member } = caller;
  requireAdmin(caller, 'connect a CRM');
  if (!ctx.sockets.crms.has(crm))
    throw new InvalidInput('This CRM is not set up here: ask whoever runs SalesOS for you.', {
      code: 'crm_not_offered',
    });
  const url = connectLinkUrl(ctx, crm, { tenantId: ctx.tenantId, memberId: member.id });
  return { url: host ? `${url}&host=${encodeURIComponent(host)}` : url };
}

/** What an admin put right there is tried now. */
export async function checkCrm(caller: CardCaller, connectionId: string): Promise<void> {
  requireAdmin(caller, 'check a CRM');
  await retryPreparation(caller.ctx, connectionId);
}

/** A key to be entered in the CRM by hand, where it did not take ours by itself. An older one works for another hour. */
export async function newKey(caller: CardCaller, connectionId: string): Promise<{ key: string }> {
  const { ctx } = caller;
  requireAdmin(caller, 'make a key');
  const connection = (await connectionsOf(ctx)).find(({ id }) => id === connectionId);
  if (!connection || !ctx.sockets.crms.get(connection.crm)?.takeKey) throw new NotFound('CRM connection with a key');
  const key = newOrgKey();
  await saveOrgKey(ctx, connectionId, key);
  // The settings no longer say that the key is missing.
  await retryPreparation(ctx, connectionId);
  return { key };
}
