import type { PauseReason, StopReason } from '@salesos/shared/events.ts';
import { type Selectable, sql } from 'kysely';
import type { Ctx, System } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

/**
 * A person's way through a sequence. `stepIndex` is the mail or task they stand at. It is due at `nextStepAt`; where that
 * is null it was begun, and the enrollment goes on when the mail is sent or the task is done.
 */
export type Enrollment = Selectable<Tables['enrollment']>;

export interface NewEnrollment {
  id: string;
  contactId: string;
  mailboxId: string;
  stepIndex: number;
  nextStepAt: Date;
}

/** What the rows of one bulk enrollment share. */
export interface EnrollmentStart {
  sequenceId: string;
  sequenceVersion: number;
  source: Enrollment['source'];
  startedBy: string;
  startedAt: Date;
}

/** Stores those who are not in the sequence yet; answers which contacts they are. */
export async function insertEnrollments(
  ctx: Ctx,
  start: EnrollmentStart,
  enrollments: NewEnrollment[],
): Promise<Set<string>> {
  if (enrollments.length === 0) return new Set();
  // Always in the same order, so that two bulk enrollments of the same people never wait for each other.
  const rows = enrollments.toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
  const inserted = await sql<{ contactId: string }>`
    insert into enrollment (tenant_id, id, sequence_id, sequence_version, contact_id, mailbox_id, status, step_index, next_step_at, source, started_by, started_at)
    select ${ctx.tenantId}, n.id, ${start.sequenceId}, ${start.sequenceVersion}::integer, n.contact_id, n.mailbox_id, 'active', n.step_index, n.next_step_at,
      ${start.source}, ${start.startedBy}, ${start.startedAt}
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contactId)}::uuid[], ${rows.map((row) => row.mailboxId)}::uuid[],
      ${rows.map((row) => row.stepIndex)}::integer[], ${rows.map((row) => row.nextStepAt.toISOString())}::timestamptz[]) as n(id, contact_id, mailbox_id, step_index, next_step_at)
    on conflict (tenant_id, sequence_id, contact_id) where status in ('active', 'paused') do nothing
    returning contact_id`.execute(ctx.db);
  return new Set(inserted.rows.map((row) => row.contactId));
}

const running = ['active', 'paused'] as const;

/** Who of these people is in the sequence now, and as which enrollment. */
export async function readRunning(ctx: Ctx, sequenceId: string, contactIds: string[]): Promise<Map<string, string>> {
  if (contactIds.length === 0) return new Map();
  const rows = await ctx.db
    .selectFrom('enrollment')
    .select(['id', 'contactId'])
    .where('tenantId', '=', ctx.tenantId)
    .where('sequenceId', '=', sequenceId)
    .where('contactId', 'in', contactIds)
    .where('status', 'in', running)
    .execute();
  return new Map(rows.map((row) => [row.contactId, row.id]));
}

export async function readEnrollment(ctx: Ctx, id: string): Promise<Enrollment | undefined> {
  return ctx.db
    .selectFrom('enrollment')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export interface EnrollmentFilter {
  contactId?: string;
  sequenceId?: string;
  status?: Enrollment['status'];
  /** The id of the last one seen. */
  before: string | null;
  limit: number;
}

export async function readEnrollments(ctx: Ctx, filter: EnrollmentFilter): Promise<Enrollment[]> {
  let query = ctx.db.selectFrom('enrollment').selectAll().where('tenantId', '=', ctx.tenantId);
  if (filter.contactId) query = query.where('contactId', '=', filter.contactId);
  if (filter.sequenceId) query = query.where('sequenceId', '=', filter.sequenceId);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}

/** Locks one enrollment. Whoever changes an enrollment and its messages locks the enrollment first. */
export async function lockEnrollment(ctx: Ctx, id: string): Promise<Enrollment | undefined> {
  return ctx.db
    .selectFrom('enrollment')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Locks what runs for these people, or for everybody, always in the same order. */
export async function lockRunning(
  ctx: Ctx,
  filter: { contactIds?: string[]; sequenceId?: string; startedUntil?: Date; limit?: number },
): Promise<Enrollment[]> {
  let query = ctx.db
    .selectFrom('enrollment')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('status', 'in', running);
  if (filter.contactIds) query = query.where('contactId', 'in', filter.contactIds);
  if (filter.sequenceId) query = query.where('sequenceId', '=', filter.sequenceId);
  if (filter.startedUntil) query = query.where('startedAt', '<=', filter.startedUntil);
  if (filter.limit) query = query.limit(filter.limit);
  return query.orderBy('id').forUpdate().execute();
}

/** Due steps of all tenants, oldest first, locked; other workers pass them by. Reads the partial index of what is due only. */
export async function lockDue(system: System, now: Date, limit: number): Promise<Enrollment[]> {
  return system.db
    .selectFrom('enrollment')
    .selectAll()
    .where('status', '=', 'active')
    .where('nextStepAt', 'is not', null)
    .where('nextStepAt', '<=', now)
    .orderBy('nextStepAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Pauses that are over, locked like due steps. */
export async function lockLapsedPauses(system: System, now: Date, limit: number): Promise<Enrollment[]> {
  return system.db
    .selectFrom('enrollment')
    .selectAll()
    .where('status', '=', 'paused')
    .where('pausedUntil', 'is not', null)
    .where('pausedUntil', '<=', now)
    .orderBy('pausedUntil')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

export interface EnrollmentChange {
  status?: Enrollment['status'];
  stepIndex?: number;
  nextStepAt?: Date | null;
  whyWaiting?: string | null;
  pauseReason?: PauseReason | null;
  pausedUntil?: Date | null;
  stopReason?: StopReason;
  endedAt?: Date;
  contactId?: string;
}

export async function changeEnrollments(ctx: Ctx, ids: string[], change: EnrollmentChange): Promise<void> {
  if (ids.length === 0) return;
  await ctx.db
    .updateTable('enrollment')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', 'in', ids)
    .execute();
}

/** Ended enrollments of a merged record go over to the person it was merged into. */
export async function moveEnded(ctx: Ctx, fromContactId: string, toContactId: string): Promise<void> {
  await ctx.db
    .updateTable('enrollment')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .where('status', 'not in', running)
    .execute();
}

/** Inside a transaction: what `work` did is undone when it throws, and the transaction can go on. */
export async function inSavepoint(ctx: Ctx, work: () => Promise<void>): Promise<void> {
  await sql`savepoint steps`.execute(ctx.db);
  try {
    await work();
  } catch (error) {
    await sql`rollback to savepoint steps`.execute(ctx.db);
    throw error;
  } finally {
    await sql`release savepoint steps`.execute(ctx.db);
  }
}
