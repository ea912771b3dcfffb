/** What the cases of the contract share: the harness of the test that runs, and things to write. */
import { type CrmHarness, readOne } from '../crm.harness.ts';
import type { CrmNotice, EmailActivity, PersonFields, TaskActivity } from '../crm.ts';
import { isOurs } from '../echoes.ts';

export const at = new Date('2026-03-02T09:00:00.000Z');

export type ContractWorld = ReturnType<typeof contractWorld>;

/** `crm` is set anew before each test. */
export function contractWorld() {
  const world = {
    crm: undefined as unknown as CrmHarness,
    addKim: () => world.crm.addPerson({ email: 'kim@acme.test', firstName: 'Kim', lastName: 'Ng' }),
    log: (activity: EmailActivity) => world.crm.vendor.logEmails(world.crm.account, [activity]),
    read: (recordId: string) => readOne(world.crm, recordId),
    /** What was noted before it was written, by record. */
    written: new Map<string, Record<string, unknown>>(),
    /** Without those that are only what we wrote. */
    noticesNow: () =>
      world.crm
        .notices()
        .flatMap((body) => world.crm.vendor.parseNotices(body))
        .filter(
          (one) =>
            one.kind !== 'changed' || !one.changedTo || !isOurs(world.written.get(one.recordId) ?? {}, one.changedTo),
        ),
    kinds: (notices: CrmNotice[]) => notices.map((notice) => notice.kind),
    mail: (recordId: string, changes: Partial<EmailActivity> = {}): EmailActivity => ({
      key: 'message-1',
      recordId,
      direction: 'outgoing',
      at,
      subject: 'Quick question',
      text: 'Hello Kim',
      html: '<p>Hello Kim</p>',
      from: { address: 'rep@seller.test', name: 'Robin de Vries' },
      to: { address: 'kim@acme.test', name: null },
      ownerId: null,
      maybeWritten: false,
      ...changes,
    }),
    fields: (recordId: string, changes: Partial<PersonFields> = {}): PersonFields => ({
      recordId,
      score: 62.5,
      tier: 2,
      lastEngagedAt: at,
      sequenceStatus: 'Active: Welcome',
      statusReason: 'Waits until Monday 9:00.',
      ...changes,
    }),
    task: (recordId: string, changes: Partial<TaskActivity> = {}): TaskActivity => ({
      key: 'task-1',
      recordId,
      title: 'Call Kim',
      note: 'Ask about the budget',
      dueAt: at,
      isDone: false,
      ownerId: null,
      crmId: null,
      maybeWritten: false,
      ...changes,
    }),
  };
  return world;
}
