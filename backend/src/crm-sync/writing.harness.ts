/** What the tests of written mails, fields and tasks share: facts that ask for a write, and answers of the CRM. */
import { beforeEach } from 'vitest';
import { saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { newId } from '../core/ids.ts';
import type { CrmPerson, WriteResult } from './crm.ts';
import { person, startCrmWorld } from './fake-crm.harness.ts';
import type { PersonSummary } from './sources.ts';

const mailboxId = '0192f0aa-0000-7000-8000-0000000000a1';

/** The world of `startCrmWorld`, reset before each test. */
export async function startWritingWorld() {
  const world = await startCrmWorld();
  const { system, wake } = world;
  beforeEach(() => world.reset());
  const now = () => system.clock.now();
  const mail = { mailboxId, enrollmentId: null, stepIndex: null };
  return {
    ...world,
    now,
    know: (ctx: Ctx, recordId: string, crm = 'crm', change: Partial<CrmPerson> = {}) =>
      saveFromCrm(ctx, crm, person(recordId, change), now()),
    async sent(ctx: Ctx, contactId: string): Promise<string> {
      await world.advance(1);
      const messageId = newId(now());
      await emit(ctx, 'email.sent', { ...mail, contactId, messageId, sentAt: now().toISOString() });
      await world.runJobs();
      return messageId;
    },
    async replied(ctx: Ctx, contactId: string, messageId: string): Promise<string> {
      await world.advance(1);
      const inboundId = newId(now());
      await emit(ctx, 'email.replied', { ...mail, contactId, messageId, inboundId, repliedAt: now().toISOString() });
      return inboundId;
    },
    scored: (ctx: Ctx, contactId: string, to = 50) => emit(ctx, 'score.changed', { contactId, from: 0, to, tier: 3 }),
    /** Of the mails that were written, in their order. */
    mailKeys: () => world.fake.mails.flat().map(({ key }) => key),
    async write() {
      await world.runJobs();
      await wake('write');
      await world.runJobs();
    },
  };
}

export const summary = (score: number, change: Partial<PersonSummary> = {}): PersonSummary => ({
  score,
  tier: 3,
  lastEngagedAt: new Date('2027-01-01T00:00:00Z'),
  sequenceStatus: 'Active: Welcome',
  statusReason: 'Waits.',
  inFlight: true,
  ...change,
});
export const always = (result: WriteResult) => async (rows: unknown[]) => rows.map(() => result);
export const refused: WriteResult = {
  outcome: 'refused',
  code: 'VALIDATION_ERROR',
  reason: 'Lead status is required.',
};
export const busy: WriteResult = {
  outcome: 'retry',
  reason: 'Too many requests',
  maybeWritten: false,
  retryAfterSeconds: 120,
};
