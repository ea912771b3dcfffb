/** The product with the real vendor against the fake Pipedrive: each calls the other over loopback. */
import type { CardPath, CardResponse } from '@salesos/shared/cards.ts';
import { sequenceDefinition } from '@salesos/shared/sequence.ts';
import { afterAll, expect } from 'vitest';
import { createFakeDns } from '../../sandbox/fakes/dns/fake-dns.ts';
import { createFakePipedrive } from '../../sandbox/fakes/pipedrive/index.ts';
import { serveFake } from '../../sandbox/fakes/serve.ts';
import { addMailbox } from '../../testing/fixtures.ts';
import { startTestSystem } from '../../testing/system.ts';
import * as compliance from '../compliance/wakeups.ts';
import { type Sockets, tenantContext } from '../core/ctx.ts';
import type { Reaction } from '../core/events.ts';
import type { AnyJob } from '../core/jobs.ts';
import * as crmSync from '../crm-sync/wakeups.ts';
import * as email from '../email/wakeups.ts';
import { archiveSequence, createSequence, publishSequence } from '../sequences/index.ts';
import * as sequences from '../sequences/wakeups.ts';
import { installCrm } from '../tenants/index.ts';
import * as tenants from '../tenants/wakeups.ts';
import { createPipedrive } from '../vendors/pipedrive/vendor.ts';
import { automationJobs, automationReactions } from './automation-jobs.ts';
import { pipedriveSurface } from './pipedrive-surface.ts';
import { createApi } from './server.ts';

export const publicUrl = 'https://app.salesos.test';
const client = { clientId: 'client-1', clientSecret: 'secret-1' };
export const [admin, rep, stranger] = [71, 72, 73];

/** `Body` is what the test expects; a refusal has a body of its own. */
export interface Answer<Body = unknown> {
  status: number;
  body: Body;
  headers: Headers;
}

/** What a page gets that Pipedrive opened. */
export interface OpenedPage {
  session: string;
  expiresAt: string;
  enrollModalId: string | null;
  record: { objectType: string; recordIds: string[] };
}

export type Company = Awaited<ReturnType<Awaited<ReturnType<typeof startPipedrive>>['company']>>;

export async function startPipedrive() {
  const sockets: Sockets = { oauth: new Map(), mailboxes: new Map(), crms: new Map(), dns: createFakeDns().dns };
  const parts: { jobs?: AnyJob[]; reactions?: Reaction[] }[] = [tenants, compliance, email, sequences, crmSync];
  const world = await startTestSystem({
    sockets,
    jobs: [...parts.flatMap((part) => part.jobs ?? []), ...automationJobs],
    reactions: [...parts.flatMap((part) => part.reactions ?? []), ...automationReactions],
  });
  const { system } = world;
  let [pipedriveUrl, apiUrl] = ['', ''];
  const reach = (url: string) => url.replace(publicUrl, apiUrl);
  const fake = createFakePipedrive({
    ...client,
    clock: system.clock,
    callbackUrl: `${publicUrl}/connect/pipedrive/callback`,
    scopes: ['base', 'contacts:full', 'admin'],
    address: () => pipedriveUrl,
    reach,
    requestsPerTwoSeconds: 10_000,
  });
  const fakeServer = await serveFake(fake.app);
  pipedriveUrl = fakeServer.url;
  const config = {
    ...client,
    oauthUrl: pipedriveUrl,
    publicUrl,
    sandboxApiUrl: pipedriveUrl,
    enrollModalId: 'modal-1',
  };
  const vendor = createPipedrive(config, system.http, system.clock);
  sockets.oauth.set(vendor.id, vendor.oauth);
  sockets.crms.set(vendor.id, vendor.crm);
  const api = createApi({
    system,
    database: { engine: 'postgres' },
    surfaces: [pipedriveSurface],
    pipedrive: vendor.app,
    verifyPush: null,
    verifyNotice: null,
    tryServers: null,
    trustedProxies: 0,
  });
  const apiServer = await serveFake(api);
  apiUrl = apiServer.url;

  afterAll(async () => {
    await apiServer.close();
    await fakeServer.close();
  });

  async function call<Body = unknown>(
    method: string,
    path: string,
    init: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const { body, headers = {} } = init;
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await api.request(path, { method, headers, ...text });
    const words = await response.text();
    let parsed: unknown = words;
    if (response.headers.get('content-type')?.includes('json')) parsed = JSON.parse(words);
    return { status: response.status, body: parsed as Body, headers: response.headers };
  }

  let companies = 7000;
  /** A company whose admin has installed SalesOS, with a mailbox and a published sequence of one task. */
  async function company() {
    const id = ++companies;
    const user = (userId: number, name: string, isAdmin = false) => ({
      id: userId,
      name,
      email: `${name.toLowerCase()}@acme${id}.example`,
      isAdmin,
    });
    const users = [user(admin, 'Robin', true), user(rep, 'Sam'), user(stranger, 'Mallory')];
    const at = fake.addCompany({ id, name: `Acme ${id}`, domain: `acme${id}`, seats: 50, users });
    const install = async (userId: number) => {
      const redirectUrl = `${publicUrl}/connect/pipedrive/callback`;
      const grant = await vendor.oauth.exchangeCode({ code: at.code(userId), codeVerifier: '', redirectUrl });
      return installCrm(system, { crm: 'pipedrive', grant });
    };
    const { tenantId, connectionId } = await install(admin);
    const ctx = tenantContext(system, tenantId);
    await system.db.updateTable('tenant').set({ postalAddress: '1 Main Street' }).where('id', '=', tenantId).execute();
    await addMailbox(ctx, { address: `robin@acme${id}.example` });
    await world.runJobs();

    const publish = async (name: string) => {
      const definition = sequenceDefinition.parse({ steps: [{ kind: 'task', title: 'Call', note: 'First' }] });
      const sequence = await createSequence(ctx, { name, description: '', definition });
      await publishSequence(ctx, sequence.id);
      await world.runJobs();
      return sequence.id;
    };
    /** What a page sends when Pipedrive opens it. */
    const open = (userId: number, resource: string, ids: number[], changes: object = {}) => {
      const body = {
        token: at.signedToken(userId),
        userId: String(userId),
        companyId: String(id),
        resource,
        view: 'details',
        selectedIds: ids.map(String),
        ...changes,
      };
      return call<OpenedPage>('POST', '/pipedrive/session', { body });
    };
    return {
      ...at,
      id,
      ctx,
      tenantId,
      connectionId,
      installFor: install,
      publish,
      archive: async (sequenceId: string) => {
        await archiveSequence(ctx, sequenceId);
        await world.runJobs();
      },
      addKim: () =>
        at.create('person', {
          values: { name: 'Kim Larsen', emails: [{ value: `kim${id}@prospect.example`, primary: true }] },
        }),
      enrollments: () =>
        system.db.selectFrom('enrollment').selectAll().where('tenantId', '=', tenantId).orderBy('id').execute(),
      open,
      /** The session of a page that was opened. */
      session: async (userId: number, resource = '', ids: number[] = []): Promise<string> => {
        const { status, body } = await open(userId, resource, ids);
        expect(status).toBe(200);
        return body.session;
      },
    };
  }

  return {
    ...world,
    fake,
    call,
    company,
    card: <P extends CardPath>(session: string, path: P, body: object = {}) =>
      call<CardResponse<P>>('POST', path, { body, headers: { authorization: `Bearer ${session}` } }),
  };
}
