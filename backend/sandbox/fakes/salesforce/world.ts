/** What the fake Salesforce remembers, and the words its parts share. One fake is one org. */
import type { Clock } from '../../../src/core/clock.ts';
import { makeId, toId18 } from './ids.ts';
import { addPermissionSets } from './rights.ts';
import { type FieldDefinition, type ObjectType, packagedFields, prefixes, standardFields } from './schema.ts';

export interface FakeSalesforceOptions {
  clock: Clock;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  org: { id: string; name: string; users: Omit<User, 'id'>[] };
  /** The prefix of packaged fields, as in `salesos__`. */
  namespace?: string;
  /** Calls in 24 hours. */
  dailyRequests?: number;
  /** Rows in one answer of a query; 2,000 at Salesforce. */
  queryRows?: number;
  /** The public key and audience of JWT bearer assertions; absent where the app has no certificate. */
  jwt?: { publicKey: string; audience: string };
  /** Where the org's callouts go, and how a public address is reached on this machine. */
  backendUrl?: string;
  reach?: (url: string) => string;
  /** What an earlier one remembered. */
  memory?: Memory;
}

export interface User {
  id: string;
  username: string;
  email: string;
  firstName: string;
  lastName: string;
  isAdmin: boolean;
  isActive?: boolean;
  timeZone?: string;
}

export type Value = string | number | boolean | null;
export interface StoredRecord {
  id: string;
  type: ObjectType;
  values: Record<string, Value>;
}

export interface Grant {
  userId: string;
  scopes: string[];
  refreshToken: string | null;
  /** Presented once already: presenting one of these again ends the grant. */
  usedRefreshTokens: Set<string>;
  revoked: boolean;
  appName: string;
  createdAt: string;
  usedAt: string;
}

/** What outlives a restart. */
export interface Memory {
  records: Map<string, StoredRecord>;
  /** Emptied from the recycle bin. */
  purged: { id: string; type: ObjectType; deletedDate: string }[];
  codes: Map<string, { grant: Grant; redirectUri: string; codeChallenge: string; expiresAt: number }>;
  grants: Set<Grant>;
  accessTokens: Map<string, { grant: Grant; expiresAt: number }>;
  /** The principal of the external credential, once our key was pushed. */
  credentials: Map<string, string>;
  requestTimes: number[];
  flowRuns: FlowRun[];
  lastNumber: number;
  settings: Settings;
}

/** What an admin of the org decides. */
export interface Settings {
  isPackageInstalled: boolean;
  hasEnhancedEmail: boolean;
  isReadOnly: boolean;
  /** As in `Contact.salesos__Score__c`. */
  hiddenFields: Set<string>;
  readOnlyFields: Set<string>;
  mayChangeCredentials: boolean;
  /** Where the named credential leads; null for the address it was packaged with. */
  calloutUrl: string | null;
  /** The org's own, by object. */
  customFields: { type: ObjectType; field: FieldDefinition }[];
}

export interface FlowRun {
  id: string;
  at: Date;
  action: string;
  request: { url: string; headers: Record<string, string>; body: string };
  status: number;
  results: Record<string, unknown>[];
}

/** The installation of a package, as the Tooling API tells it. */
export interface InstallRequest {
  Id: string;
  SubscriberPackageVersionKey: string;
  Status: 'IN_PROGRESS' | 'SUCCESS' | 'ERROR';
  Errors: { errors: { message: string }[] } | null;
}

/** An org's own rule, which refuses a write with this code: a validation rule, a trigger, a duplicate rule. */
export interface Rule {
  type: ObjectType;
  errorCode: string;
  message: string;
  refuses: (values: Record<string, Value>) => boolean;
}

export interface World extends Memory {
  options: FakeSalesforceOptions;
  orgId: string;
  namespace: string;
  rules: Rule[];
  /** Ids locked by somebody else, and for how many more attempts. */
  locks: Map<string, number>;
  /** Until this moment every call answers REQUEST_LIMIT_EXCEEDED. */
  limitedUntil: number;
  queries: Map<string, { type: ObjectType; rows: Record<string, unknown>[]; at: number }>;
  installs: InstallRequest[];
  /** Every API request with a valid token, oldest first. */
  requests: { method: string; path: string; query: string }[];
  nextNumber(): number;
}

export function createWorld(options: FakeSalesforceOptions): World {
  const world: World = {
    options,
    orgId: toId18(options.org.id),
    namespace: options.namespace ?? 'salesos__',
    rules: [],
    locks: new Map(),
    limitedUntil: 0,
    queries: new Map(),
    installs: [],
    requests: [],
    records: new Map(),
    purged: [],
    codes: new Map(),
    grants: new Set(),
    accessTokens: new Map(),
    credentials: new Map(),
    requestTimes: [],
    flowRuns: [],
    lastNumber: 1000,
    settings: {
      isPackageInstalled: true,
      hasEnhancedEmail: true,
      isReadOnly: false,
      hiddenFields: new Set(),
      readOnlyFields: new Set(),
      mayChangeCredentials: true,
      calloutUrl: null,
      customFields: [],
    },
    ...options.memory,
    nextNumber() {
      this.lastNumber += 1;
      return this.lastNumber;
    },
  };
  if (!options.memory) seed(world);
  addPermissionSets(world);
  return world;
}

function seed(world: World): void {
  const { org } = world.options;
  const put = (type: ObjectType, id: string, values: Record<string, Value>) =>
    world.records.set(id, { id, type, values: { Id: id, ...values } });
  put('Organization', world.orgId, {
    Name: org.name,
    IsSandbox: false,
    OrganizationType: 'Enterprise Edition',
    InstanceName: 'EU44',
  });
  const profiles = [true, false].map((isAdmin) => {
    const id = makeId(prefixes.Profile, world.nextNumber());
    put('Profile', id, {
      Name: isAdmin ? 'System Administrator' : 'Standard User',
      PermissionsCustomizeApplication: isAdmin,
    });
    return id;
  });
  for (const user of org.users) {
    const id = makeId(prefixes.User, world.nextNumber());
    put('User', id, {
      Name: `${user.firstName} ${user.lastName}`,
      FirstName: user.firstName,
      LastName: user.lastName,
      Email: user.email,
      Username: user.username,
      IsActive: user.isActive ?? true,
      UserType: 'Standard',
      TimeZoneSidKey: user.timeZone ?? 'Europe/Amsterdam',
      ProfileId: profiles[user.isAdmin ? 0 : 1]!,
    });
  }
}

export function remember(world: World): Memory {
  const { records, purged, codes, grants, accessTokens, credentials, requestTimes, flowRuns, lastNumber, settings } =
    world;
  return { records, purged, codes, grants, accessTokens, credentials, requestTimes, flowRuns, lastNumber, settings };
}

export const usersOf = (world: World): User[] =>
  [...world.records.values()]
    .filter(({ type }) => type === 'User')
    .map(({ id, values: v }) => ({
      id,
      username: String(v.Username),
      email: String(v.Email),
      firstName: String(v.FirstName),
      lastName: String(v.LastName),
      isAdmin: world.records.get(String(v.ProfileId))?.values.PermissionsCustomizeApplication === true,
      isActive: v.IsActive === true,
      timeZone: String(v.TimeZoneSidKey),
    }));

/** The fields of an object as the integration's user sees them: a hidden field does not exist. */
export function fieldsOf(world: World, type: ObjectType): Map<string, FieldDefinition> {
  const { isPackageInstalled, hiddenFields, readOnlyFields, customFields } = world.settings;
  const packaged = isPackageInstalled ? (packagedFields(world.namespace)[type] ?? []) : [];
  const own = customFields.filter((one) => one.type === type).map(({ field }) => field);
  const seen = [...standardFields[type], ...packaged, ...own].filter(
    ({ name }) => !hiddenFields.has(`${type}.${name}`),
  );
  return new Map(
    seen.map((field) => {
      const isReadOnly = readOnlyFields.has(`${type}.${field.name}`);
      return [field.name.toLowerCase(), isReadOnly ? { ...field, createable: false, updateable: false } : field];
    }),
  );
}

/** Null where this org has no such object. */
export function objectType(world: World, name: string): ObjectType | null {
  const type = (Object.keys(standardFields) as ObjectType[]).find((one) => one.toLowerCase() === name.toLowerCase());
  if (!type || (!world.settings.hasEnhancedEmail && type.startsWith('EmailMessage'))) return null;
  return type;
}
