import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDns, type FakeDns } from '../../../sandbox/fakes/dns/fake-dns.ts';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider, type ModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import { type Ctx, inTransaction, type Sockets } from '../../core/ctx.ts';
import { emit } from '../../core/events.ts';
import { createDelivery } from '../delivery/deliver.ts';
import { jobs, reactions } from '../wakeups.ts';
import { readSendSettings } from './send-settings-queries.ts';
import { checkDomains, listSendingDomains, recheckDomains } from './sending-domains.ts';
import { checkTrackingHosts, isTrackingHost, linkOrigin, setTrackingHost } from './tracking-host.ts';

let world: TestSystem;
let ctx: Ctx;
let fake: FakeDns;
let provider: ModelProvider;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs, reactions });
});
beforeEach(async () => {
  await world.system.db.deleteFrom('sendSettings').execute();
  await world.system.db.deleteFrom('sendingDomain').execute();
  fake = createFakeDns();
  sockets.dns = fake.dns;
  provider = createModelProvider(world.system.clock);
  sockets.mailboxes.set('model', provider.vendor);
  ctx = await world.tenant();
});

async function connect(address: string, of = ctx): Promise<void> {
  const mailboxId = await addMailbox(of, { address });
  await inTransaction(of, (of) => emit(of, 'mailbox.connected', { mailboxId }));
  await world.runJobs();
}

describe('the domain of a mailbox', () => {
  it('is checked when the mailbox is connected, and every day from then on', async () => {
    await connect('robin@acme.example');
    expect(await listSendingDomains(ctx)).toMatchObject([{ domain: 'acme.example', checkedAt: null }]);
    await checkDomains(world.system);
    const first = await listSendingDomains(ctx);
    expect(first[0]!.findings.find(({ what }) => what === 'spf')).toMatchObject({ state: 'problem' });
    fake.addSender('acme.example', 'spf.mailhost.example');
    await checkDomains(world.system);
    expect(await listSendingDomains(ctx)).toEqual(first);
    await world.advance(86_401);
    await checkDomains(world.system);
    expect((await listSendingDomains(ctx))[0]!.findings.find(({ what }) => what === 'spf')).toMatchObject({
      state: 'good',
    });
  });

  it('is checked at once when somebody asks', async () => {
    await connect('robin@acme.example');
    await checkDomains(world.system);
    fake.addSender('acme.example', 'spf.mailhost.example');
    await recheckDomains(ctx);
    await checkDomains(world.system);
    expect((await listSendingDomains(ctx))[0]!.findings.find(({ what }) => what === 'mx')).toMatchObject({
      state: 'good',
    });
  });

  it('is asked for again within the hour when its name servers do not answer', async () => {
    await connect('robin@acme.example');
    fake.fail('acme.example');
    await checkDomains(world.system);
    expect((await listSendingDomains(ctx))[0]!.findings.find(({ what }) => what === 'mx')).toMatchObject({
      state: 'unknown',
    });
    fake.fail('acme.example', false);
    await world.advance(3601);
    await checkDomains(world.system);
    expect((await listSendingDomains(ctx))[0]!.findings.find(({ what }) => what === 'mx')).toMatchObject({
      state: 'problem',
    });
  });

  it('is nobody’s to mend at a public provider, and is forgotten with its last mailbox', async () => {
    await connect('robin@gmail.com');
    expect(await listSendingDomains(ctx)).toEqual([]);
    await connect('robin@acme.example');
    await ctx.db.updateTable('mailbox').set({ status: 'disconnected' }).where('tenantId', '=', ctx.tenantId).execute();
    await checkDomains(world.system);
    expect(await listSendingDomains(ctx)).toEqual([]);
  });

  it('is not shown to another account', async () => {
    await connect('robin@acme.example');
    expect(await listSendingDomains(await world.tenant('Other'))).toEqual([]);
  });
});

describe('an own host for links', () => {
  const host = 'links.acme.example';
  const ours = 'app.salesos.test';
  const state = async (of = ctx) => (await readSendSettings(of))?.trackingState;

  it('is used once DNS shows that it leads to us, and no longer when it does not', async () => {
    await setTrackingHost(ctx, ' Links.ACME.example. ');
    expect(await readSendSettings(ctx)).toMatchObject({
      trackingHost: host,
      trackingState: 'pending',
      trackingReason: expect.stringContaining(`Add a CNAME record on ${host} that points to ${ours}.`),
    });
    await checkTrackingHosts(world.system);
    expect(await linkOrigin(ctx)).toBe(`https://${ours}`);
    fake.set(host, 'CNAME', `${ours}.`);
    await world.advance(301);
    await checkTrackingHosts(world.system);
    expect(await state()).toBe('verified');
    expect(await linkOrigin(ctx)).toBe(`https://${host}`);
    expect(await isTrackingHost(world.system, host)).toBe(true);
    fake.remove(host, 'CNAME');
    await world.advance(86_401);
    await checkTrackingHosts(world.system);
    expect(await readSendSettings(ctx)).toMatchObject({
      trackingState: 'lost',
      trackingReason: expect.stringContaining('no longer leads to SalesOS'),
    });
    expect(await linkOrigin(ctx)).toBe(`https://${ours}`);
    expect(await isTrackingHost(world.system, host)).toBe(false);
  });

  it('stands in the pixel, the links and both ways to unsubscribe', async () => {
    await setTrackingHost(ctx, host);
    fake.set(host, 'CNAME', ours);
    await checkTrackingHosts(world.system);
    let raw = '';
    const { send } = provider.vendor;
    provider.vendor.send = async (account, mail) => {
      raw = mail.raw.toString().replaceAll('=\r\n', '').replaceAll('=3D', '=');
      return send(account, mail);
    };
    await addMessage(ctx, { contactId: await addContact(ctx), mailboxId: await addMailbox(ctx) });
    await createDelivery().run(world.system);
    for (const path of ['/t/o/', '/t/c/', '/unsubscribe/']) expect(raw).toContain(`https://${host}${path}`);
    expect(raw).toMatch(new RegExp(`List-Unsubscribe: <https://${host}/unsubscribe/`));
    expect(raw).not.toContain(ours);
  });

  it('stays as it was while nobody answers', async () => {
    await setTrackingHost(ctx, host);
    fake.set(host, 'CNAME', ours);
    await checkTrackingHosts(world.system);
    fake.fail(host);
    await world.advance(86_401);
    await checkTrackingHosts(world.system);
    expect(await state()).toBe('verified');
  });

  it('belongs to the account that proved it first', async () => {
    await setTrackingHost(ctx, host);
    fake.set(host, 'CNAME', ours);
    await checkTrackingHosts(world.system);
    const other = await world.tenant('Other');
    await setTrackingHost(other, host);
    await checkTrackingHosts(world.system);
    expect(await state(other)).toBe('lost');
    expect(await linkOrigin(other)).toBe(`https://${ours}`);
    expect(await linkOrigin(ctx)).toBe(`https://${host}`);
  });

  it('is taken away by an empty one', async () => {
    await setTrackingHost(ctx, host);
    await setTrackingHost(ctx, null);
    expect(await readSendSettings(ctx)).toMatchObject({
      trackingHost: null,
      trackingState: 'none',
      trackingReason: null,
    });
  });

  it.each([
    'acme',
    'acme.example',
    'https://links.acme.example',
    'links.acme.example/x',
    ours,
    '10.0.0.1',
    'a b.acme.example',
  ])('cannot be %s', async (wrong) => {
    await expect(setTrackingHost(ctx, wrong)).rejects.toThrow('Give a subdomain of your own');
  });
});
