/** The API with everything behind it on a real database; only the vendors are stand-ins in memory. */
import { scopes } from '@salesos/shared/api/endpoint.ts';
import { createFakeDns } from '../../sandbox/fakes/dns/fake-dns.ts';
import { signatureHeaders } from '../../sandbox/fakes/hubspot/signing.ts';
import { createModelProvider } from '../../testing/model-provider.ts';
import { startTestSystem } from '../../testing/system.ts';
import * as compliance from '../compliance/wakeups.ts';
import { type Ctx, type Sockets, tenantContext } from '../core/ctx.ts';
import { Unauthenticated } from '../core/errors.ts';
import type { Reaction } from '../core/events.ts';
import type { AnyJob } from '../core/jobs.ts';
import type { CrmPerson } from '../crm-sync/crm.ts';
import * as crmSync from '../crm-sync/wakeups.ts';
import * as email from '../email/wakeups.ts';
import * as engagement from '../engagement/wakeups.ts';
import * as scoring from '../scoring/wakeups.ts';
import * as sequences from '../sequences/wakeups.ts';
import { createApiKey, type Grant, installCrm, newOrgKey, saveOrgKey, updateTenant } from '../tenants/index.ts';
import * as tenants from '../tenants/wakeups.ts';
import { createHubSpotSurface, hubspotWorkflow } from '../vendors/hubspot/surface.ts';
import { consentingVendor, type Group, memoryCrm, type TestCrm } from './crms.harness.ts';
import { pipedriveSurface, sealSession } from './pipedrive-surface.ts';
import { salesforceSurface } from './salesforce-surface.ts';
import { createApi } from './server.ts';
import type { OpenRecords } from './surface.ts';

export const publicUrl = 'https://app.salesos.test';
const clientSecret = 'test-secret';
let accounts = 0;

export const person = (recordId: string, changes: Partial<CrmPerson> = {}): CrmPerson => ({
  recordId,
  objectType: 'contact',
  addresses: [`p${recordId}@prospect.example`],
  firstName: 'Kim',
  lastName: 'Larsen',
  jobTitle: 'Buyer',
  companyName: 'Prospect AG',
  ownerId: null,
  timeZone: 'Europe/Berlin',
  country: 'DE',
  optedOut: false,
  mailCopyTo: null,
  updatedAt: null,
  properties: {},
  ...changes,
});

export async function startApi() {
  const records = new Map<string, CrmPerson>();
  const sockets: Sockets = { oauth: new Map(), mailboxes: new Map(), crms: new Map(), dns: createFakeDns().dns };
  const parts: { jobs?: AnyJob[]; reactions?: Reaction[] }[] = [
    tenants,
    compliance,
    email,
    sequences,
    engagement,
    scoring,
    crmSync,
  ];
  const world = await startTestSystem({
    sockets,
    jobs: parts.flatMap((part) => part.jobs ?? []),
    reactions: parts.flatMap((part) => part.reactions ?? []),
  });
  const { system } = world;
  const provider = createModelProvider(system.clock);
  sockets.mailboxes.set('model', provider.vendor);
  sockets.mailboxes.set('google', { ...provider.vendor, id: 'google', name: 'Gmail' });
  sockets.oauth.set('google', consentingVendor('google', system.clock));
  const silent = new Set<string>();
  const groups = new Map<string, Group>();
  for (const id of ['hubspot', 'salesforce', 'pipedrive'] as const) {
    sockets.oauth.set(id, consentingVendor(id, system.clock));
    sockets.crms.set(id, memoryCrm(id, { records, groups, silent }));
  }
  const verifier = createHubSpotSurface({ clientSecret, publicBaseUrl: publicUrl }, system.clock);
  const api = createApi({
    system,
    database: { engine: 'postgres' },
    surfaces: [{ verifier, workflow: hubspotWorkflow }, salesforceSurface, pipedriveSurface],
    verifyPush: async ({ authorization }, body) => {
      if (authorization !== 'Bearer from-google') throw new Unauthenticated('This push is not from Google.');
      return JSON.parse(body) as { address: string };
    },
    verifyNotice: ({ validationToken, mailbox = '' }, body) => {
      if (validationToken) return { kind: 'echo', text: validationToken };
      if (body === 'forged') throw new Unauthenticated('This notice is not from Microsoft.');
      return { kind: 'notices', address: mailbox, renew: body === 'renew' };
    },
    tryServers: null,
    trustedProxies: 0,
  });

  /** A customer with an installed CRM, an API key with every scope, and an admin. */
  async function customer(): Promise<Customer> {
    const accountId = String(1000 + accounts++);
    const expiresAt = new Date(system.clock.now().getTime() + 365 * 86_400_000);
    const grant: Grant = {
      tokens: { accessToken: `a${accountId}`, refreshToken: 'r', expiresAt, scopes: [] },
      accountId,
      accountName: 'Acme',
      user: { id: '7', email: 'admin@acme.example' },
    };
    const { tenantId } = await installCrm(system, { crm: 'hubspot', grant });
    const ctx = tenantContext(system, tenantId);
    await updateTenant(ctx, { postalAddress: '1 Main Street, Springfield' });
    const { key } = await createApiKey(ctx, { name: 'test', scopes: [...scopes] });
    return { accountId, ctx, key };
  }

  /** The same customer with one more CRM. */
  async function alsoConnect({ ctx }: Customer, crm: TestCrm, accountId: string): Promise<string> {
    const grant = await consentingVendor(crm, system.clock).exchangeCode({
      code: accountId,
      codeVerifier: '',
      redirectUrl: '',
    });
    return (await installCrm(system, { crm, grant, tenantId: ctx.tenantId })).connectionId;
  }

  /** A Salesforce org of a customer: its id, and the key that our Apex there calls with. */
  async function addOrg(customer: Customer): Promise<Org> {
    const orgId = `00D5g${String(++accounts).padStart(13, '0')}`;
    const connectionId = await alsoConnect(customer, 'salesforce', orgId);
    const key = newOrgKey();
    await saveOrgKey(customer.ctx, connectionId, key);
    return { orgId, key };
  }

  async function post(path: string, body: unknown, headers: Record<string, string>) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    };
    const response = await api.request(path, init);
    const answered = await response.text();
    return { status: response.status, body: (answered ? JSON.parse(answered) : null) as Answer };
  }

  /** A request as our Apex sends it; a user of null is a flow that runs by itself. */
  const fromApex = (
    path: string,
    body: unknown,
    org: Org,
    user: { id?: string; email?: string; isAdmin?: boolean } | null = {},
  ) =>
    post(path, body, {
      authorization: `Bearer ${org.key}`,
      'salesos-org-id': org.orgId,
      ...(user && {
        'salesos-user-id': user.id ?? '0055g000000SamAAAA',
        'salesos-user-email': user.email ?? 'sam@acme.example',
        'salesos-user-name': encodeURIComponent('Sam Ödegård'),
        'salesos-user-is-admin': String(user.isAdmin ?? false),
      }),
    });

  /** A request of a page in Pipedrive, whose session says which records its user may open. */
  const inSession = (path: string, body: unknown, { accountId, userId = '7', records }: TestSession) => {
    const who = { accountId, userId, userEmail: 'admin@acme.example', userName: null, records };
    return post(path, body, { authorization: `Bearer ${sealSession(system, who).session}` });
  };

  let count = 0;
  /** A request with an API key; writes get an Idempotency-Key of their own. */
  async function call(key: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await api.request(path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': `test-${++count}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
  }

  /** A request signed as HubSpot signs it. `who` adds what `hubspot.fetch` adds. */
  async function signed(path: string, body: unknown, who?: { accountId: string; userId?: string; userEmail?: string }) {
    const query = who
      ? `?userId=${who.userId ?? '7'}&portalId=${who.accountId}&userEmail=${encodeURIComponent(who.userEmail ?? 'admin@acme.example')}&appId=9`
      : '';
    const text = JSON.stringify(body);
    const url = `${publicUrl}${path}${query}`;
    const headers = signatureHeaders(clientSecret, { method: 'POST', url, body: text, now: system.clock.now() }, 'v2');
    const response = await api.request(path + query, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: text,
    });
    const answered = await response.text();
    return { status: response.status, body: (answered ? JSON.parse(answered) : null) as Answer };
  }

  /** Opens a link to connect something; where a page names the account first, presses its button. */
  async function goOn(path: string): Promise<Response> {
    const first = await api.request(path);
    const button = first.status === 200 && /href="(\?[^"]+)"/.exec(await first.clone().text())?.[1];
    if (!button) return first;
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!;
    return api.request(path.split('?')[0] + button.replaceAll('&amp;', '&'), { headers: { cookie } });
  }

  return {
    world,
    api,
    provider,
    records,
    groups,
    silent,
    customer,
    alsoConnect,
    addOrg,
    call,
    signed,
    fromApex,
    inSession,
    goOn,
  };
}

export interface TestSession {
  accountId: string;
  userId?: string;
  records: OpenRecords;
}

export interface Org {
  orgId: string;
  key: string;
}

export interface Customer {
  accountId: string;
  ctx: Ctx;
  key: string;
}

// What came over the wire; a test looks at what it expects.
// biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
export type Answer = any;
export type TestApi = Awaited<ReturnType<typeof startApi>>;
