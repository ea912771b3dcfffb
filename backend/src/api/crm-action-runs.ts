/** What each workflow action does with one person, in a transaction, and how it refuses. */
import {
  type ActionName,
  type ActionOutput,
  enrollInput,
  enrollRefusals,
  pauseInput,
  resumeInput,
  stopInput,
} from '@salesos/shared/actions.ts';
import type { Ctx } from '../core/ctx.ts';
import { queueFields } from '../crm-sync/index.ts';
import { scoreOf } from '../scoring/index.ts';
import { enroll, listEnrollments, pauseEnrollment, resumeEnrollment, stopSequences } from '../sequences/index.ts';

type Run = (ctx: Ctx, contactId: string, inputs: Record<string, string>) => Promise<ActionOutput>;

/** More sequences than this nobody is in at once. */
const mostEnrollments = 200;
const noSequence = 'SEQUENCE_NOT_FOUND';

export const runs: Record<ActionName, Run> = {
  async enroll(ctx, contactId, inputs) {
    const parsed = enrollInput.safeParse(inputs);
    return parsed.success
      ? enroll(ctx, { contactId, ...parsed.data, source: 'workflow' })
      : refused('enroll', noSequence);
  },
  async stop(ctx, contactId, inputs) {
    const parsed = stopInput.safeParse(inputs);
    return parsed.success ? stopSequences(ctx, { contactId, ...parsed.data }) : refused('stop', noSequence);
  },
  async pause(ctx, contactId, inputs) {
    const parsed = pauseInput.safeParse(inputs);
    if (!parsed.success) return refused('pause', noSequence);
    const running = await enrollmentsOf(ctx, contactId, 'active', parsed.data.sequenceId);
    for (const { id } of running) await pauseEnrollment(ctx, id);
    const pausedCount = running.length;
    const message = `Paused ${counted(pausedCount)}: nothing goes out until it is resumed.`;
    return pausedCount ? { result: 'paused', pausedCount, errorCode: '', message } : unknownRecord.pause;
  },
  async resume(ctx, contactId, inputs) {
    const parsed = resumeInput.safeParse(inputs);
    if (!parsed.success) return refused('resume', noSequence);
    const paused = await enrollmentsOf(ctx, contactId, 'paused', parsed.data.sequenceId);
    for (const { id } of paused) await resumeEnrollment(ctx, id);
    const resumedCount = paused.length;
    const message = `Resumed ${counted(resumedCount)}: the card shows when the next step comes.`;
    return resumedCount ? { result: 'resumed', resumedCount, errorCode: '', message } : unknownRecord.resume;
  },
  async recalculate(ctx, contactId) {
    const { value, tier } = await scoreOf(ctx, contactId, ctx.clock.now());
    await queueFields(ctx, contactId);
    const message = `The score is ${value} today; the record says so within a minute.`;
    return { result: 'recalculated', score: value, tier, errorCode: '', message };
  },
};

/** Whom we do not know cannot be enrolled or scored, and is in no sequence. */
export const unknownRecord: Record<ActionName, ActionOutput> = {
  enroll: refused('enroll', 'RECORD_NOT_FOUND'),
  stop: { result: 'none_active', stoppedCount: 0, errorCode: '', message: 'The person was in no running sequence.' },
  pause: { result: 'none_active', pausedCount: 0, errorCode: '', message: 'The person was in no running sequence.' },
  resume: { result: 'none_paused', resumedCount: 0, errorCode: '', message: 'The person was in no paused sequence.' },
  recalculate: refused('recalculate', 'RECORD_NOT_FOUND'),
};

/** A function and not a table: every answer is a new object. */
export function refused(action: ActionName, code: string): ActionOutput {
  const message = (enrollRefusals as Record<string, string>)[code] ?? 'The request was refused.';
  const failure = { result: 'refused' as const, errorCode: code, message };
  if (action === 'enroll') return { ...failure, enrollmentId: '', firstStepAt: '' };
  if (action === 'stop') return { ...failure, stoppedCount: 0 };
  if (action === 'pause') return { ...failure, pausedCount: 0 };
  if (action === 'resume') return { ...failure, resumedCount: 0 };
  return { ...failure, score: 0, tier: 0 };
}

async function enrollmentsOf(ctx: Ctx, contactId: string, status: 'active' | 'paused', sequenceId?: string) {
  const filter = { contactId, status, ...(sequenceId ? { sequenceId } : {}), before: null, limit: mostEnrollments };
  return listEnrollments(ctx, filter);
}

const counted = (count: number) => `${count} sequence${count === 1 ? '' : 's'}`;
