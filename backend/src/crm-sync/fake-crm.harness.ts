/**
 * Two CRMs in memory for the tests of this capability: people, notices and answers set by hand. `crm` has groups and tasks;
 * `other` has neither, and is asked for its changes.
 */
import { createFakeDns } from '../../sandbox/fakes/dns/fake-dns.ts';
import { startTestSystem } from '../../testing/system.ts';
import { reactions as complianceReactions } from '../compliance/wakeups.ts';
import { tenantContext } from '../core/ctx.ts';
import { NotFound } from '../core/errors.ts';
import type { Reaction } from '../core/events.ts';
import type { AnyJob } from '../core/jobs.ts';
import { installCrm } from '../tenants/index.ts';
import { jobs as tenantJobs } from '../tenants/wakeups.ts';
import type {
  ChangesRead,
  CrmNotice,
  CrmPerson,
  CrmVendor,
  EmailActivity,
  GroupRead,
  PersonFields,
  PersonRead,
  TaskActivity,
  WriteResult,
} from './crm.ts';
import type { CrmSources, PersonSummary, SequenceTask } from './sources.ts';
import { jobs, reactions, wakeupsWith } from './wakeups.ts';

export const person = (recordId: string, change: Partial<CrmPerson> = {}): CrmPerson => ({
  recordId,
  objectType: 'contact',
  addresses: [`p${recordId}@example.com`],
  firstName: 'Kim',
  lastName: 'Lee',
  jobTitle: null,
  companyName: 'Acme',
  ownerId: null,
  timeZone: null,
  country: null,
  optedOut: false,
  mailCopyTo: null,
  updatedAt: null,
  properties: {},
  ...change,
});

const quiet: PersonSummary = {
  score: 0,
  tier: 4,
  lastEngagedAt: null,
  sequenceStatus: 'Not in a sequence',
  statusReason: '',
  inFlight: false,
};

export async function startCrmWorld(more: { jobs?: AnyJob[]; reactions?: Reaction[] } = {}) {
  const people = new Map<string, PersonRead>();
  const summaries = new Map<string, PersonSummary>();
  const gone = new Set<string>();
  const copied = new Map<string, string>();
  const sequenceTasks = new Map<string, SequenceTask>();
  const fake = {
    people,
    summaries,
    /** Mails whose text is no longer stored. */
    gone,
    /** The CRM that got a blind copy, by message. */
    copied,
    reads: [] as string[],
    readCalls: 0,
    mails: [] as EmailActivity[][],
    fields: [] as PersonFields[][],
    /** The same with the CRM they went to. */
    written: [] as { crm: string; recordId: string; fields: PersonFields }[],
    tasks: [] as TaskActivity[][],
    groups: new Map<string, GroupRead>(),
    /** What the sequences have. */
    sequenceTasks,
    /** What a CRM finds by an address, as in `other kim@example.com`. */
    found: new Map<string, CrmPerson[]>(),
    lookups: [] as string[],
    cursors: [] as { accountId: string; cursor: string | null }[],
    ownerLists: 0,
    preparations: 0,
    /** What the next calls do; set by a test. */
    beforeRead: async (_recordId: string): Promise<void> => {},
    answerMails: async (mails: EmailActivity[]): Promise<WriteResult[]> =>
      mails.map(({ key }) => ({ outcome: 'written', crmId: `crm ${key}` })),
    answerFields: async (people: PersonFields[]): Promise<WriteResult[]> =>
      people.map(({ recordId }) => ({ outcome: 'written', crmId: recordId })),
    answerTasks: async (tasks: TaskActivity[]): Promise<WriteResult[]> =>
      tasks.map(({ key, crmId }) => ({ outcome: 'written', crmId: crmId ?? `crm ${key}` })),
    answerChanges: async (_accountId: string, cursor: string | null): Promise<ChangesRead> => ({
      notices: [],
      cursor: cursor ?? 'start',
      hasMore: false,
    }),
    beforeFields: async (): Promise<void> => {},
    takeKey: async (_key: string): Promise<void> => {},
    add(recordId: string, change: Partial<CrmPerson> = {}) {
      people.set(recordId, { outcome: 'found', person: person(recordId, change) });
    },
  };
  const { beforeRead, answerMails, answerFields, answerTasks, answerChanges, beforeFields, takeKey } = fake;
  const calm = { beforeRead, answerMails, answerFields, answerTasks, answerChanges, beforeFields, takeKey };
  const vendor = (id: string): CrmVendor => ({
    id,
    name: id === 'crm' ? 'Fake CRM' : 'Other CRM',
    personTypes: ['contact'],
    groupTypes: id === 'crm' ? ['company'] : [],
    readGroup: async (_account, _objectType, recordId) => fake.groups.get(recordId) ?? { outcome: 'missing' },
    readPeople: async (account, recordIds) => {
      await account.token();
      fake.readCalls++;
      fake.reads.push(...recordIds);
      for (const recordId of recordIds) await fake.beforeRead(recordId);
      return recordIds.map((recordId) => people.get(recordId) ?? { outcome: 'missing' });
    },
    findByAddress: async (_account, address) => {
      fake.lookups.push(`${id} ${address}`);
      return fake.found.get(`${id} ${address}`) ?? [];
    },
    ...(id === 'other' ? { takeKey: async (_account, key) => fake.takeKey(key) } : {}),
    listOwners: async () => {
      fake.ownerLists++;
      return [{ ownerId: 'owner-1', userId: '7', email: 'rep@acme.test', name: 'Rep' }];
    },
    ensureFields: async () => {
      fake.preparations++;
      await fake.beforeFields();
    },
    logEmails: async (_account, mails) => {
      fake.mails.push(mails);
      return fake.answerMails(mails);
    },
    writeFields: async (_account, people) => {
      fake.fields.push(people);
      fake.written.push(...people.map((fields) => ({ crm: id, recordId: fields.recordId, fields })));
      return fake.answerFields(people);
    },
    ...(id === 'crm'
      ? {
          writeTasks: async (_account, tasks) => {
            fake.tasks.push(tasks);
            return fake.answerTasks(tasks);
          },
        }
      : {
          readChanges: async ({ accountId }, cursor) => {
            fake.cursors.push({ accountId, cursor });
            return fake.answerChanges(accountId, cursor);
          },
        }),
    parseNotices: () => [],
    recordUrl: () => '',
  });
  const ends = { address: 'rep@acme.test', name: 'Rep' };
  const sources: CrmSources = {
    sentContent: async (_ctx, messageId) => {
      if (gone.has(messageId)) throw new NotFound('email');
      return {
        subject: `Mail ${messageId}`,
        text: 'Hello',
        html: '<p>Hello</p>',
        from: ends,
        to: ends,
        ownerMemberId: null,
        copyCrm: copied.get(messageId) ?? null,
      };
    },
    getInbound: async () => ({
      subject: 'Re',
      text: 'Yes',
      fromAddress: 'kim@example.com',
      to: ends,
      ownerMemberId: null,
    }),
    tasks: async (_ctx, ids) =>
      new Map(ids.flatMap((id) => (sequenceTasks.has(id) ? [[id, sequenceTasks.get(id)!]] : []))),
    summaries: async (_ctx, ids) => new Map(ids.map((id) => [id, summaries.get(id) ?? quiet])),
  };
  const oauth = {
    id: 'crm',
    name: 'Fake CRM',
    authorizeUrl: () => '',
    exchangeCode: async () => Promise.reject(new Error('unused')),
    refresh: async () => Promise.reject(new Error('unused')),
    revoke: async () => {},
  };
  const world = await startTestSystem({
    jobs: [...jobs, ...tenantJobs, ...(more.jobs ?? [])],
    reactions: [...reactions, ...complianceReactions, ...(more.reactions ?? [])],
    sockets: {
      crms: new Map([vendor('crm'), vendor('other')].map((vendor) => [vendor.id, vendor])),
      oauth: new Map(['crm', 'other'].map((id) => [id, { ...oauth, id }])),
      mailboxes: new Map(),
      dns: createFakeDns().dns,
    },
  });
  const { system } = world;
  const wakeups = new Map(wakeupsWith(sources).map((wakeup) => [wakeup.name, wakeup]));
  const wake = (name: string) => wakeups.get(`crm-sync.${name}`)!.run(system);
  let accounts = 0;
  /** A tenant with the fake CRM installed, or one more CRM of a tenant. */
  const install = async (accountId = `account-${++accounts}`, crm = 'crm', tenantId?: string) => {
    const expiresAt = new Date('2100-01-01T00:00:00Z');
    const tokens = { accessToken: 'access', refreshToken: 'refresh', expiresAt, scopes: [] };
    const grant = { tokens, accountId, accountName: null, user: null };
    const made = await installCrm(system, { crm, grant, ...(tenantId ? { tenantId } : {}) });
    await world.runJobs();
    return { ctx: tenantContext(system, made.tenantId), connectionId: made.connectionId, accountId };
  };
  let notices = 0;
  type About<N> = N extends unknown ? Omit<N, 'key' | 'accountId' | 'occurredAt'> : never;
  const notice = (accountId: string, about: About<CrmNotice>, change: Partial<CrmNotice> = {}): CrmNotice =>
    ({ key: `notice-${++notices}`, accountId, occurredAt: system.clock.now(), ...about, ...change }) as CrmNotice;
  const reset = async () => {
    await system.db.deleteFrom('crmRead').execute();
    await system.db.deleteFrom('crmWrite').execute();
    await system.db.deleteFrom('crmChanges').execute();
    const none = {
      reads: [],
      readCalls: 0,
      mails: [],
      fields: [],
      written: [],
      tasks: [],
      cursors: [],
      lookups: [],
      ownerLists: 0,
      preparations: 0,
    };
    Object.assign(fake, calm, none);
    fake.groups.clear();
    fake.found.clear();
    sequenceTasks.clear();
    people.clear();
    summaries.clear();
    gone.clear();
    copied.clear();
  };
  return { ...world, fake, sources, wake, install, notice, reset };
}
