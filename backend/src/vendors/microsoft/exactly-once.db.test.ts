import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeMicrosoft, type FakeMicrosoft } from '../../../sandbox/fakes/microsoft/fake-microsoft.ts';
import { composeReply } from '../../../sandbox/fakes/prospect-mail.ts';
import { type ServedFake, serveFake } from '../../../sandbox/fakes/serve.ts';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { Crash } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets, System } from '../../core/ctx.ts';
import { createHttp, type Http } from '../../core/http.ts';
import { createLog } from '../../core/log.ts';
import { createDelivery } from '../../email/delivery/deliver.ts';
import { getMessageRow } from '../../email/delivery/message-queries.ts';
import { settleLapsed } from '../../email/delivery/settle.ts';
import { jobs, reactions } from '../../email/wakeups.ts';
import { createMicrosoft, microsoftScopes } from './vendor.ts';

/** The two promises over Outlook: the real vendor, the real delivery, a stand-in over HTTP, and a process that can die. */
const rep = 'robin@sender.example';
let world: TestSystem;
let fake: FakeMicrosoft;
let served: ServedFake;
let http: Http;
let ctx: Ctx;
let mailboxId: string;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs, reactions });
  const { clock } = world.system;
  fake = createFakeMicrosoft({ clock, clientId: 'c', clientSecret: 's' });
  fake.settings.sentCopyLagSeconds = 20;
  fake.addMailbox(rep, 'Robin Vale');
  served = await serveFake(fake.app);
  http = createHttp({ clock, log: createLog('silent'), loopbackOnly: true, defaultTimeoutSeconds: 2 });
  connect(http);
  ctx = await world.tenant();
  mailboxId = await addMailbox(ctx, {
    address: rep,
    vendor: 'microsoft',
    cursor: null,
    grant: fake.grant(rep, microsoftScopes),
  });
});
afterAll(async () => {
  await http.close();
  await served.close();
});

function connect(through: Http): void {
  const addresses = { login: served.url, graph: served.url };
  const { clock } = world.system;
  const config = { clock, clientId: 'c', clientSecret: 's', tenant: 'common', addresses };
  const microsoft = createMicrosoft({ ...config, noticesUrl: null, noticeKey: Buffer.from('k') }, through);
  sockets.mailboxes.set('microsoft', microsoft.mailbox);
  sockets.oauth.set('microsoft', microsoft.oauth);
}

/** A process that ends right before or right after its n-th call to Microsoft: nothing it does later has any effect. */
function mortal(dieAt: number, moment: 'before' | 'after'): { system: System; isDead(): boolean } {
  let calls = 0;
  let dead = false;
  const assertAlive = () => {
    if (dead) throw new Crash(`${moment} call ${dieAt}`);
  };
  connect({
    ...http,
    async request(request) {
      calls += 1;
      dead ||= calls === dieAt && moment === 'before';
      assertAlive();
      const answer = await http.request(request);
      dead ||= calls === dieAt;
      assertAlive();
      return answer;
    },
  });
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      assertAlive();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { system: { ...world.system, db: world.system.db.withPlugin(plugin) }, isDead: () => dead };
}

/** What a healthy process does, until nothing is due any more. */
async function finish(): Promise<void> {
  connect(http);
  for (let round = 0; round < 8; round++) {
    await world.advance(121);
    await settleLapsed(world.system);
    while (await createDelivery().run(world.system));
    await createDelivery().run(world.system);
    await world.runJobs();
  }
}

async function message(address: string, more: { repliesSince?: Date; contactId?: string } = {}) {
  const contactId = more.contactId ?? (await addContact(ctx, { address }));
  return { contactId, id: await addMessage(ctx, { mailboxId, toAddress: address, ...more, contactId }) };
}

const timesSent = async (id: string) => fake.timesAccepted((await getMessageRow(ctx, id))!.messageIdHeader);

describe('exactly one send through Outlook', () => {
  test.each(['before', 'after'] as const)(
    'whatever call to Microsoft the process dies %s',
    { timeout: 300_000 },
    async (moment) => {
      let points = 0;
      for (let dieAt = 1; ; dieAt += 1) {
        const { id } = await message(`kim+${moment}${dieAt}@prospect.example`);
        const process = mortal(dieAt, moment);
        await createDelivery()
          .run(process.system)
          .catch(() => {});
        const died = process.isDead();
        await finish();
        const row = await getMessageRow(ctx, id);
        expect({ dieAt, times: await timesSent(id), state: row?.state }).toEqual({ dieAt, times: 1, state: 'sent' });
        expect(fake.sentOf(rep).at(-1)?.wireMessageId).toBe(row?.wireMessageId);
        expect(fake.draftsOf(rep)).toEqual([]);
        if (!died) break;
        points = dieAt;
      }
      // Four looks for replies, the look into Drafts, the draft, the mark on it, the send.
      expect(points).toBeGreaterThanOrEqual(8);
    },
  );

  test.each(['reset-before', 'reset-after-accept', 'timeout-after-accept', 'truncate-after-accept'] as const)(
    'when each call of it meets %s once',
    { timeout: 300_000 },
    async (kind) => {
      for (const path of [/\/drafts\/messages$/, /\/me\/messages$/, /\/send$/]) {
        const { id } = await message(`lee+${kind}${path.source.length}@prospect.example`);
        fake.faults.next({ kind, match: (request) => path.test(request.path) });
        await createDelivery().run(world.system);
        await finish();
        fake.faults.clear();
        expect([path.source, await timesSent(id)]).toEqual([path.source, 1]);
        expect(fake.draftsOf(rep)).toEqual([]);
      }
    },
  );
});

describe('silence over Outlook', () => {
  test.each(['inbox', 'junkemail', 'archive'] as const)('after a reply that lies unread in %s', async (folder) => {
    const address = `ann+${folder}@prospect.example`;
    const repliesSince = world.system.clock.now();
    const first = await message(address, { repliesSince });
    await finish();
    const original = fake.inboxOf(address)[0]!.raw;
    const reply = fake.deliver(rep, composeReply({ original, at: world.system.clock.now(), text: 'Yes please' }));
    if (folder !== 'inbox') fake.moveMessage(rep, reply.id, folder);
    const second = await message(address, { repliesSince, contactId: first.contactId });
    await createDelivery().run(world.system);
    expect([await timesSent(first.id), await timesSent(second.id)]).toEqual([1, 0]);
    expect(await getMessageRow(ctx, second.id)).toMatchObject({
      state: 'cancelled',
      failureReason: 'They have replied.',
    });
  });
});
