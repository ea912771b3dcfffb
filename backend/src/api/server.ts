/** The web server of the product: everything that can be asked of it from outside. */
import { endpoints } from '@salesos/shared/api.ts';
import { Hono } from 'hono';
import type { System } from '../core/ctx.ts';
import type { OpenDatabase } from '../core/db.ts';
import { accountHandlers } from './account.ts';
import { authenticateKey } from './authenticate.ts';
import { cardRouter } from './cards.ts';
import { connectRoutes } from './connect.ts';
import { connectFormRoutes, type TryServers } from './connect-form.ts';
import { contactHandlers } from './contacts.ts';
import { crmActionRoutes } from './crm-actions.ts';
import { emailHandlers } from './emails.ts';
import { type Handlers, mountEndpoints } from './endpoint.ts';
import { enrollmentHandlers } from './enrollments.ts';
import { eventHandlers } from './events.ts';
import { healthRoutes } from './health.ts';
import { openApiDocument } from './openapi.ts';
import { peopleHandlers } from './people.ts';
import { pipedriveRoutes } from './pipedrive.ts';
import { pipedrivePages } from './pipedrive-pages.ts';
import type { PipedriveApp } from './pipedrive-user.ts';
import { publicRoutes } from './public.ts';
import { createRateLimit } from './rate-limit.ts';
import { readinessChecks } from './readiness.ts';
import type { ApiEnv } from './request.ts';
import { sequenceHandlers } from './sequences.ts';
import { useStack } from './stack.ts';
import type { Surface } from './surface.ts';
import { templateHandlers } from './templates.ts';
import { trackingPath, trackingRoutes } from './tracking.ts';
import { type VerifyNotice, type VerifyPush, vendorNoticeRoutes } from './vendor-notices.ts';

export interface ApiOptions {
  system: System;
  database: Pick<OpenDatabase, 'engine'>;
  /** The CRMs whose cards, workflows and notices may call us. */
  surfaces: Surface[];
  /** Null where no mail provider pushes to us. */
  verifyPush: VerifyPush | null;
  /** Null where Outlook is not offered. */
  verifyNotice: VerifyNotice | null;
  /** Tries the servers of a mailbox that is connected with a form; null where none is. */
  tryServers: TryServers | null;
  /** Absent where Pipedrive is not offered. */
  pipedrive?: PipedriveApp | undefined;
  /** How many proxies of ours stand between the internet and this process. */
  trustedProxies: number;
}

const handlers: Handlers<typeof endpoints> = {
  ...templateHandlers,
  ...emailHandlers,
  ...sequenceHandlers,
  ...enrollmentHandlers,
  ...contactHandlers,
  ...peopleHandlers,
  ...eventHandlers,
  ...accountHandlers,
};

export function createApi(options: ApiOptions): Hono<ApiEnv> {
  const { system, database, surfaces, verifyPush, verifyNotice, tryServers, trustedProxies } = options;
  const verifiers = surfaces.map(({ verifier }) => verifier);
  const app = new Hono<ApiEnv>();
  // Before the stack, whose headers forbid every frame.
  if (options.pipedrive) app.route('/', pipedrivePages(system.settings));
  useStack(app, system);
  app.route('/', healthRoutes(readinessChecks(system, database.engine)));
  app.route('/', publicRoutes());
  app.route('/', connectRoutes());
  if (tryServers) app.route('/', connectFormRoutes(tryServers));
  app.route('/', vendorNoticeRoutes(surfaces, verifyPush, verifyNotice));
  app.route('/', crmActionRoutes(surfaces));
  if (options.pipedrive) app.route('/', pipedriveRoutes(options.pipedrive));
  app.route('/', cardRouter(system, verifiers));
  let document: ReturnType<typeof openApiDocument> | undefined;
  app.get('/v1/openapi.json', (c) => {
    document ??= openApiDocument(endpoints, system.settings.publicUrl);
    return c.json(document);
  });
  app.use('/v1/*', authenticateKey(createRateLimit(system.clock)));
  mountEndpoints(app, endpoints, handlers);
  app.fetch = trackingFirst(trackingRoutes(system, trustedProxies).fetch, app.fetch);
  return app;
}

/** Pixels and links go past the other routes and what surrounds them: these are most of all requests. */
const trackingFirst =
  (tracking: typeof Hono.prototype.fetch, rest: typeof Hono.prototype.fetch): typeof rest =>
  (request, ...parameters) =>
    (trackingPath.test(request.url) ? tracking : rest)(request, ...parameters);
