import { type System, tenantContext } from '../core/ctx.ts';
import { inParallel } from '../core/jobs.ts';
import { accessToken } from './grants.ts';
import { GrantRefused } from './oauth.ts';
import { readEndedCrmGrants } from './queries.ts';

const atOnce = 200;

/**
 * Renews the tokens of every connected CRM as soon as they end, though nobody needs them: HubSpot says only by refusing them
 * that the app was removed, and Pipedrive forgets tokens that rest for 60 days. So a removal is noticed within the lifetime of
 * an access token (HubSpot: 30 minutes), and everything stops.
 */
export async function keepAlive(system: System): Promise<boolean> {
  const ended = await readEndedCrmGrants(system, system.clock.now(), atOnce);
  await inParallel(ended, 8, async ({ tenantId, id }) => {
    try {
      await accessToken(tenantContext(system, tenantId), id);
    } catch (error) {
      // Refused: it was told. Unanswered: the next round tries again.
      if (!(error instanceof GrantRefused)) system.log.warn({ error, tenantId, grantId: id }, 'tokens not renewed');
    }
  });
  return false;
}
