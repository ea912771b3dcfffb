/**
 * A small Salesforce org on loopback, for the sandbox and for tests: records, OAuth, the REST API as far as SalesOS calls
 * it, and the callouts of our package. It refuses what Salesforce refuses and is never kinder.
 */
import { Hono } from 'hono';
import { createFaults } from '../faults.ts';
import { apiRoutes } from './api-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { answerRefusal, type FakeEnv } from './gate.ts';
import { oauthRoutes } from './oauth.ts';
import { orgControls } from './org-controls.ts';
import { callBackend, runFlow } from './package-calls.ts';
import { notFound, Refusal } from './refusal.ts';
import { toolingRoutes } from './tooling-routes.ts';
import { createWorld, type FakeSalesforceOptions, remember } from './world.ts';

export { sandboxOrgId } from './ids.ts';
export type { TimelineItem } from './org-controls.ts';
export type { FakeSalesforceOptions, FlowRun, Memory as SalesforceMemory, User as SalesforceUser } from './world.ts';

export type FakeSalesforce = ReturnType<typeof createFakeSalesforce>;

export function createFakeSalesforce(options: FakeSalesforceOptions) {
  const world = createWorld(options);
  const faults = createFaults();
  // jsforce and the command line write some addresses with two slashes in front; Salesforce takes them.
  const app = new Hono<FakeEnv>({
    getPath: (request) => new URL(request.url).pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, ''),
  });
  app.use('*', faults.middleware);
  app.route('/', oauthRoutes(world));
  app.route('/', apiRoutes(world));
  app.route('/', credentialRoutes(world));
  app.route('/', toolingRoutes(world));
  app.notFound((c) => answerRefusal(c, notFound()));
  app.onError((error, c) => {
    if (error instanceof Refusal) return answerRefusal(c, error);
    throw error;
  });

  return {
    app,
    faults,
    org: orgControls(world),
    /** Every API request with a valid token, oldest first. */
    requests: world.requests,
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: () => remember(world),
    flows: {
      run: (flow: { action: string; recordIds: string[]; inputs: Record<string, string>; workflow: string }) =>
        runFlow(world, flow),
      runs: () => world.flowRuns,
    },
    /** What a card's Apex does for the user who looks at it. */
    callBackend: (userId: string, path: string, content: unknown) => callBackend(world, userId, path, content),
  };
}
