/** What the fake HubSpot remembers, and the words its parts share. */
import type { Clock } from '../../../src/core/clock.ts';
import type { PropertyDefinition } from './definitions.ts';
import type { Fault } from './faults.ts';
import type { Notice } from './webhooks.ts';
import type { WorkflowRun } from './workflows.ts';

export interface FakeHubSpotOptions {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  appId: number;
  /** The scopes and redirect addresses the app declares; nothing else can be asked for. */
  scopes: string[];
  redirectUrls: string[];
  /** Where notices go, as the app configures it; null: they only collect. */
  webhookTargetUrl: string | null;
  /** Turns a public address into the one that is served on this machine; signatures keep the public one. */
  reach?: (url: string) => string;
  /** HubSpot's limit for OAuth apps is 110; a sandbox whose clock stands still must raise it. */
  requestsPerTenSeconds?: number;
  /** How long a written record stays unseen by search. */
  indexLagSeconds?: number;
  /** What reading a merged-away id answers; HubSpot does not document it. */
  mergedRecordsAnswer?: 'survivor' | 'missing';
  /** Whether members of `hs_email_headers` that HubSpot does not know survive; not documented either. */
  keepsUnknownEmailHeaders?: boolean;
  /** False: one bad row refuses a whole batch even when its rows carry trace ids. */
  reportsTracedRows?: boolean;
  /** What an earlier one remembered. */
  memory?: Memory;
}

export type ObjectType = 'contacts' | 'companies' | 'emails';

export interface CrmObject {
  id: string;
  type: ObjectType;
  properties: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
  archivedAt: Date | null;
  /** Set on the ids that a merge took away. */
  mergedInto: string | null;
}

export interface User {
  userId: number;
  ownerId: string;
  email: string;
  firstName: string;
  lastName: string;
}

export interface Portal {
  id: number;
  name: string;
  timeZone: string;
  users: User[];
  objects: Map<string, CrmObject>;
  /** `type:id` → `type:id` → association type ids, kept in both directions. */
  associations: Map<string, Map<string, Set<number>>>;
  definitions: Record<ObjectType, Map<string, PropertyDefinition>>;
  groups: Record<ObjectType, Map<string, string>>;
  rules: ValidationRule[];
  requestTimes: number[];
  searchTimes: number[];
}

/** A portal's own rule for writes, which HubSpot applies to API writes as well since 2026-09. */
export interface ValidationRule {
  type: ObjectType;
  message: string;
  refuses: (properties: Record<string, string>) => boolean;
}

export interface Grant {
  portalId: number;
  userId: number;
  scopes: string[];
  refreshToken: string;
}

/** Who changed something, as notices tell it. */
export interface Author {
  changeSource: 'CRM_UI' | 'INTEGRATION';
  sourceId: string;
}

export interface World extends Memory {
  options: FakeHubSpotOptions;
  faults: Fault[];
  /** Every request that was answered, for tests that count them. */
  requests: { method: string; path: string; portalId: number | null }[];
  /** Deterministic numbers for ids and tokens. */
  nextNumber(): number;
}

/** What outlives a restart, for whoever keeps it. Portals keep no rules of their own. */
export interface Memory {
  portals: Map<number, Portal>;
  codes: Map<string, { portalId: number; userId: number; scopes: string[]; redirectUri: string; expiresAt: number }>;
  accessTokens: Map<string, { grant: Grant; expiresAt: number }>;
  grants: Map<string, Grant>;
  rotateRefreshTokens: boolean;
  notices: Notice[];
  runs: WorkflowRun[];
  lastNumber: number;
}

export function createWorld(options: FakeHubSpotOptions): World {
  return {
    options,
    faults: [],
    requests: [],
    portals: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    grants: new Map(),
    rotateRefreshTokens: false,
    notices: [],
    runs: [],
    lastNumber: 1000,
    ...options.memory,
    nextNumber() {
      this.lastNumber += 1;
      return this.lastNumber;
    },
  };
}

export function remember(world: World): Memory {
  const { codes, accessTokens, grants, rotateRefreshTokens, notices, runs, lastNumber } = world;
  const portals = new Map([...world.portals].map(([id, portal]) => [id, { ...portal, rules: [] }]));
  return { portals, codes, accessTokens, grants, rotateRefreshTokens, notices, runs, lastNumber };
}

export function portalOf(world: World, portalId: number): Portal {
  const portal = world.portals.get(portalId);
  if (!portal) throw new Error(`the fake HubSpot has no portal ${portalId}`);
  return portal;
}
