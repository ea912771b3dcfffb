/** The product with the real vendor against the fake Pipedrive: each calls the other over loopback. */
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

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by tests
export type Answer = { status: number; body: any; headers: Headers };

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

  async function call(method: string, path: string, init: { body?: unknown; headers?: Record<string, string> } = {}) {
    const { body, headers = {} } = init;
    const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await api.request(path, { method, headers, ...text });
    const words = await response.text();
    let parsed: unknown = words;
    if (response.headers.get('content-type')?.includes('json')) parsed = JSON.parse(words);
    return { status: response.status, body: parsed, headers: response.headers } as Answer;
  }

  /** A company whose admin has installed SalesOS, with a mailbox and a published sequence of one task. */
  async function company(id: number) {
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
      const definition = { steps: [{ kind: 'task' as const, title: 'Call', note: 'First' }] };
      const sequence = await createSequence(ctx, { name, description: '', definition } as Parameters<
        typeof createSequence
      >[1]);
      await publishSequence(ctx, sequence.id);
      await world.runJobs();
      return sequence.id;
    };
    return {
      ...at,
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
      /** What a page sends when Pipedrive opens it. */
      open: (userId: number, resource: string, ids: number[], changes: object = {}) =>
        call('POST', '/pipedrive/session', {
          body: {
            token: at.signedToken(userId),
            userId: String(userId),
            companyId: String(id),
            resource,
            view: 'details',
            selectedIds: ids.map(String),
            ...changes,
          },
        }),
    };
  }

  return {
    ...world,
    fake,
    call,
    company,
    card: (session: string, path: string, body: object = {}) =>
      call('POST', path, { body, headers: { authorization: `Bearer ${session}` } }),
    async close() {
      await apiServer.close();
      await fakeServer.close();
    },
  };
}
