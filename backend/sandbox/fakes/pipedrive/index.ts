/**
 * A small Pipedrive on loopback, for the sandbox and for tests: companies with users and their permissions, OAuth, the API
 * as far as SalesOS calls it, webhooks, automations and panels. It refuses what Pipedrive refuses and is never kinder.
 */
import { Hono } from 'hono';
import { activityRoutes } from './activity-routes.ts';
import { addCompany, type CompanySeed, controlsOf } from './company-controls.ts';
import { fieldRoutes } from './field-routes.ts';
import { type FakeEnv, tokenGate } from './gate.ts';
import { oauthRoutes } from './oauth.ts';
import { recordRoutes } from './record-routes.ts';
import { notFound, Refusal } from './refusal.ts';
import { v1Routes } from './v1-routes.ts';
import { deliver } from './webhooks.ts';
import { createWorld, type FakePipedriveOptions, remember } from './world.ts';

export type { CompanyControls, CompanySeed } from './company-controls.ts';
export type { FakePipedriveOptions, Memory, Plan } from './world.ts';

export type FakePipedrive = ReturnType<typeof createFakePipedrive>;

export function createFakePipedrive(options: FakePipedriveOptions) {
  const world = createWorld(options);
  const app = new Hono<FakeEnv>();
  app.use('*', world.faults.middleware);
  app.route('/', oauthRoutes(world));
  app.use('/api/*', tokenGate(world));
  app.route('/', recordRoutes(world));
  app.route('/', activityRoutes(world));
  app.route('/', fieldRoutes(world));
  app.route('/', v1Routes(world));
  app.notFound((c) => c.json(notFound('endpoint').body, 404));
  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    c.status(error.status as 400);
    return c.json(error.body);
  });
  return {
    app,
    addCompany: (seed: CompanySeed) => addCompany(world, seed),
    company: (companyId: number) => controlsOf(world, companyId),
    companyIds: () => [...world.companies.keys()],
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: () => remember(world),
    faults: world.faults,
    /** Every API request with a valid token, oldest first, with what it cost. */
    requests: world.requests,
    /** Posts the notices that are due by the clock. */
    deliver: () => deliver(world),
  };
}
