/** What vendors tell us happened. Taken in and answered at once; the work is done by jobs. */
import { Hono } from 'hono';
import { takeNotices } from '../crm-sync/index.ts';
import { nudgeMailbox, rewatchMailbox } from '../email/index.ts';
import { verifySurface } from './authenticate.ts';
import { type ApiEnv, parseJson, surfaceRequest } from './request.ts';
import type { Surface } from './surface.ts';

/**
 * Checks a push of a mail provider and says which mailbox it is about. Throws `Unauthenticated`, or `InvalidInput` for a
 * genuine push that is of no use.
 */
export type VerifyPush = (headers: { authorization?: string | null }, body: string) => Promise<{ address: string }>;

/**
 * The same for Graph, which calls with an empty body first and wants its text back, and which also says when a
 * subscription ends (`renew`).
 */
export type VerifyNotice = (
  query: { validationToken?: string; mailbox?: string },
  body: string,
) => { kind: 'echo'; text: string } | { kind: 'notices'; address: string; renew: boolean };

export function vendorNoticeRoutes(
  surfaces: Surface[],
  verifyPush: VerifyPush | null,
  verifyNotice: VerifyNotice | null,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const { verifier, workflow } of surfaces) {
    if (!workflow) continue;
    app.post(`/${verifier.crm}/webhooks`, async (c) => {
      const system = c.get('system');
      const request = await surfaceRequest(c);
      const { accountId } = (await verifySurface([verifier], request, system)).identity;
      const { parseNotices } = system.sockets.crms.get(verifier.crm)!;
      const notices = parseNotices(parseJson(request.rawBody));
      // A key of one account speaks for that account; HubSpot's signature covers all accounts of the app.
      const own = notices.filter((notice) => accountId === null || notice.accountId === accountId);
      await takeNotices(system, verifier.crm, own);
      return c.body(null, 204);
    });
  }
  if (verifyPush)
    app.post('/google/push', async (c) => {
      const body = await c.req.text();
      const { address } = await verifyPush({ authorization: c.req.header('authorization') ?? null }, body);
      await nudgeMailbox(c.get('system'), 'google', address);
      return c.body(null, 204);
    });
  if (verifyNotice)
    app.post('/microsoft/notices', async (c) => {
      const notice = verifyNotice(c.req.query(), await c.req.text());
      if (notice.kind === 'echo') return c.text(notice.text);
      const system = c.get('system');
      await nudgeMailbox(system, 'microsoft', notice.address);
      if (notice.renew) await rewatchMailbox(system, 'microsoft', notice.address);
      return c.body(null, 202);
    });
  return app;
}
