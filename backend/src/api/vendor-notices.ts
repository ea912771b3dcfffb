/** What vendors tell us happened. Taken in and answered at once; the work is done by jobs. */
import { Hono } from 'hono';
import { takeNotices } from '../crm-sync/index.ts';
import { nudgeMailbox } from '../email/index.ts';
import { verifySurface } from './authenticate.ts';
import { type ApiEnv, parseJson, surfaceRequest } from './request.ts';
import type { SurfaceVerifier } from './surface.ts';

/**
 * Checks a push of a mail provider and says which mailbox it is about. Throws `Unauthenticated`, or `InvalidInput` for a
 * genuine push that is of no use.
 */
export type VerifyPush = (headers: { authorization?: string | null }, body: string) => Promise<{ address: string }>;

export function vendorNoticeRoutes(verifiers: SurfaceVerifier[], verifyPush: VerifyPush | null): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const verifier of verifiers)
    app.post(`/${verifier.crm}/webhooks`, async (c) => {
      const system = c.get('system');
      const request = await surfaceRequest(c);
      verifySurface([verifier], request, system);
      const { parseNotices } = system.sockets.crms.get(verifier.crm)!;
      await takeNotices(system, verifier.crm, parseNotices(parseJson(request.rawBody)));
      return c.body(null, 204);
    });
  if (verifyPush)
    app.post('/google/push', async (c) => {
      const body = await c.req.text();
      const { address } = await verifyPush({ authorization: c.req.header('authorization') ?? null }, body);
      await nudgeMailbox(c.get('system'), 'google', address);
      return c.body(null, 204);
    });
  return app;
}
