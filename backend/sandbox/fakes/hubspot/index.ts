/**
 * A small HubSpot on loopback, for the sandbox and for tests: portals with records, OAuth, the CRM API as far as SalesOS
 * calls it, notices, workflows, and the requests of cards. It refuses what HubSpot refuses and is never kinder.
 */
import { Hono } from 'hono';
import { associationRoutes } from './association-routes.ts';
import { type CardRequest, signedFetch } from './card-fetch.ts';
import type { Fault } from './faults.ts';
import { answerRefusal, type FakeEnv, faultGate, tokenGate } from './gate.ts';
import { oauthRoutes } from './oauth.ts';
import { objectRoutes } from './object-routes.ts';
import { addPortal, type PortalSeed, portalControls } from './portal-controls.ts';
import { propertyRoutes } from './property-routes.ts';
import { notFound, Refusal } from './refusal.ts';
import { deliverNotices, noticeTrouble } from './webhooks.ts';
import { readWorkflowOptions, retryWorkflowRuns, runWorkflowAction, type WorkflowAction } from './workflows.ts';
import { createWorld, type FakeHubSpotOptions, portalOf, remember } from './world.ts';

export type { Fault } from './faults.ts';
export type { PortalControls, PortalSeed, TimelineMail } from './portal-controls.ts';
export type { WorkflowAction, WorkflowChoice, WorkflowRun } from './workflows.ts';
export type { FakeHubSpotOptions, Memory, User } from './world.ts';

export type FakeHubSpot = ReturnType<typeof createFakeHubSpot>;

export function createFakeHubSpot(options: FakeHubSpotOptions) {
  const world = createWorld(options);
  const app = new Hono<FakeEnv>({ getPath: (request) => datedPath(new URL(request.url).pathname) });
  app.use('*', faultGate(world));
  app.route('/', oauthRoutes(world));
  app.use('/crm/*', tokenGate(world));
  app.route('/', associationRoutes(world));
  app.route('/', objectRoutes(world));
  app.route('/', propertyRoutes());
  app.notFound((c) => answerRefusal(world, c, notFound()));
  app.onError((error, c) => {
    if (error instanceof Refusal) return answerRefusal(world, c, error);
    throw error;
  });

  return {
    app,
    addPortal: (seed: PortalSeed) => addPortal(world, seed),
    /** Everything that should outlive a restart, to be handed in as `memory`. */
    remember: () => remember(world),
    portal: (portalId: number) => portalControls(world, portalOf(world, portalId)),
    /** Every API request with a valid token, oldest first. */
    requests: world.requests,
    addFault: (fault: Fault) => {
      world.faults.push(fault);
    },
    clearFaults: () => {
      world.faults = [];
    },
    rotateRefreshTokens: (on: boolean) => {
      world.rotateRefreshTokens = on;
    },
    notices: {
      ...noticeTrouble(world),
      deliver: () => deliverNotices(world),
      waiting: () => world.notices.length,
    },
    workflows: {
      run: (portalId: number, action: WorkflowAction, contactId: string, inputFields: Record<string, string>) =>
        runWorkflowAction(world, portalId, action, contactId, inputFields),
      retryDue: () => retryWorkflowRuns(world),
      options: (portalId: number, request: { optionsUrl: string; inputFieldName: string; query?: string }) =>
        readWorkflowOptions(world, portalId, request),
      runs: world.runs,
    },
    /** What a card's `hubspot.fetch` does, for the user who looks at it. */
    signedFetch: (who: { portalId: number; userId: number }, url: string, request: CardRequest = {}) =>
      signedFetch(world, who, url, request),
  };
}

/** The dated path of a numbered one: HubSpot serves both. */
function datedPath(path: string): string {
  return path
    .replace(/^\/crm\/v[34]\/(objects|associations|properties|owners)\b/, '/crm/$1/2026-09')
    .replace(/^\/crm\/(objects|associations|properties|owners)\/2026-03\b/, '/crm/$1/2026-09')
    .replace(/(?<=.)\/$/, '');
}
