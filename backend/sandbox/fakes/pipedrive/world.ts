/** What the fake Pipedrive remembers, and the words its parts share. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { ProspectInboxes } from '../prospect-inboxes.ts';

export interface FakePipedriveOptions {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  /** The one callback address of the app; codes go there, and so does the call that says a user removed the app. */
  callbackUrl: string;
  scopes: string[];
  /** Where this fake is served, without a final slash: the `api_domain` of every company. */
  address: () => string;
  /** Turns a public address into the one that is served on this machine. */
  reach?: (url: string) => string;
  /** Instead of the plan's calls in two seconds; a sandbox whose clock stands still must raise it. */
  requestsPerTwoSeconds?: number;
  /** What reading a deleted person answers; not documented. */
  deletedRecordsAnswer?: 'deleted' | 'missing';
  memory?: Memory;
  /** Where the mails of the world outside arrive, so also those to a person's Smart BCC address. */
  inboxes?: Pick<ProspectInboxes, 'of'>;
}

export type RecordType = 'person' | 'organization' | 'deal';
export const plans = {
  lite: { dailyFactor: 1, burst: 80, fields: 30 },
  growth: { dailyFactor: 2, burst: 160, fields: 100 },
  premium: { dailyFactor: 5, burst: 400, fields: 300 },
  ultimate: { dailyFactor: 7, burst: 480, fields: 500 },
} as const;
export type Plan = keyof typeof plans;

export interface User {
  id: number;
  name: string;
  email: string;
  isAdmin: boolean;
  isActive: boolean;
  /** Permission set: admins may everything; the others may be given this. */
  mayAddFields: boolean;
  /** Records this user may not see, as `person:3`. */
  hidden: string[];
}

export interface CrmRecord {
  id: number;
  type: RecordType;
  values: Record<string, unknown>;
  customFields: Record<string, unknown>;
  addedAt: Date;
  updatedAt: Date;
  isDeleted: boolean;
}

export interface Activity {
  id: number;
  values: Record<string, unknown>;
  addedAt: Date;
  updatedAt: Date;
  isDeleted: boolean;
}

export interface Field {
  code: string;
  name: string;
  type: string;
  isCustom: boolean;
  options: { id: number; label: string }[] | null;
}

export interface Hook {
  id: number;
  userId: number;
  subscriptionUrl: string;
  eventAction: string;
  eventObject: string;
  name: string;
  user: string | null;
  password: string | null;
  /** First tries that failed since the last success; ten ban the hook for half an hour. */
  failures: number;
  bannedUntil: number;
  failingSince: number | null;
}

export interface HookEvent {
  hookId: number;
  body: Record<string, unknown>;
  dueAt: number;
  attempt: number;
}

/** A rule of the company that refuses writes, as its required fields do. */
export interface Rule {
  on: RecordType | 'activity';
  message: string;
  refuses: (values: Record<string, unknown>) => boolean;
}

export interface Company {
  id: number;
  name: string;
  domain: string;
  plan: Plan;
  seats: number;
  isClosed: boolean;
  hasContactSync: boolean;
  /** People have a Smart BCC address. */
  hasSmartBcc: boolean;
  users: User[];
  records: Map<string, CrmRecord>;
  activities: Map<number, Activity>;
  notes: Map<number, Record<string, unknown>>;
  fields: Record<RecordType, Map<string, Field>>;
  hooks: Map<number, Hook>;
  events: HookEvent[];
  rules: Rule[];
  tokensUsed: number;
  /** The day the tokens were used on, as YYYY-MM-DD. */
  day: string;
}

export interface Grant {
  companyId: number;
  userId: number;
  refreshToken: string;
  usedAt: number;
}

/** What outlives a restart. */
export interface Memory {
  companies: Map<number, Company>;
  codes: Map<string, { companyId: number; userId: number; redirectUri: string; expiresAt: number }>;
  grants: Map<string, Grant>;
  accessTokens: Map<string, { grant: Grant; expiresAt: number }>;
  lastNumber: number;
}

export interface World extends Memory {
  options: FakePipedriveOptions;
  faults: Faults;
  requests: { method: string; path: string; companyId: number; userId: number; cost: number }[];
  /** Calls of the last two seconds by access token, and refusals that were not heeded. */
  bursts: Map<string, { times: number[]; searches: number[]; refused: number[]; blockedUntil: number }>;
  nextNumber(): number;
}

export function createWorld(options: FakePipedriveOptions): World {
  return {
    options,
    faults: createFaults(),
    requests: [],
    bursts: new Map(),
    companies: new Map(),
    codes: new Map(),
    grants: new Map(),
    accessTokens: new Map(),
    lastNumber: 0,
    ...options.memory,
    nextNumber() {
      this.lastNumber += 1;
      return this.lastNumber;
    },
  };
}

export function remember({ companies, codes, grants, accessTokens, lastNumber }: World): Memory {
  const plain = new Map([...companies].map(([id, company]) => [id, { ...company, rules: [] }]));
  return { companies: plain, codes, grants, accessTokens, lastNumber };
}

export function companyOf(world: World, companyId: number): Company {
  const company = world.companies.get(companyId);
  if (!company) throw new Error(`the fake Pipedrive has no company ${companyId}`);
  return company;
}

/** Codes of custom fields are hashes of 40 characters that say nothing, and differ from company to company. */
export const fieldCode = (world: World, company: Company, name: string): string =>
  createHash('sha1').update(`${company.id}|${name}|${world.nextNumber()}`).digest('hex');
