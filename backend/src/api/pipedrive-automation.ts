/** The webhook step of a Pipedrive automation: an admin set address, password and body up by hand. */
import type { ActionOutput } from '@salesos/shared/actions.ts';
import { z } from 'zod';
import { Unauthenticated } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { enqueue } from '../core/jobs.ts';
import { repeatRunJob } from './automation-jobs.ts';
import { type AutomationRequest, isAction, mayPass, note, runAutomation } from './automation-runs.ts';
import { connectionOfAutomation } from './automation-settings.ts';
import { RequestProblem } from './problem.ts';
import { type ApiContext, parseJson } from './request.ts';

/** Field values arrive as text or as numbers; a field that is empty as "" or null. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? '').trim() || null);
const recordId = text.refine((value) => value === null || /^\d{1,15}$/.test(value), 'is no id');
const body = z.object({ sequence: text, person_id: recordId, deal_id: recordId, run_key: text });

/** 200 says that the request was understood; what became of it stands in `result`, and in the field on the record. */
export async function answerAutomation(c: ApiContext): Promise<Response> {
  const system = c.get('system');
  const { connectionId = '', action = '' } = c.req.param() as Record<string, string>;
  const caller = await connectionOfAutomation(system, connectionId, c.req.header('authorization') ?? '');
  if (!caller)
    throw new Unauthenticated('The password does not fit. An admin finds it in the settings of SalesOS.', {
      code: 'signature_refused',
    });
  const { ctx, connection } = caller;
  c.set('ctx', ctx);
  if (!isAction(action)) throw new RequestProblem(404, 'not_found', 'There is no such action.');
  const parsed = body.safeParse(await readFields(c));
  if (!parsed.success) {
    const message = 'The body of the automation is not as SalesOS shows it: copy it again from the settings.';
    await note(ctx, connection, action, null, { result: 'refused', message });
    return c.json({ result: 'refused', errorCode: 'INVALID_BODY', message });
  }
  const { sequence, person_id: personId, deal_id: dealId, run_key } = parsed.data;
  // Without a key every call is a run of its own.
  const runKey = run_key ?? newId(ctx.clock.now());
  const request: AutomationRequest = { connectionId, action, sequence, personId, dealId, runKey };
  try {
    return c.json(await runAutomation(ctx, connection, request));
  } catch (error) {
    if (!mayPass(error)) throw error;
    ctx.log.warn({ error, action }, 'automation is repeated later');
    await enqueue(ctx, repeatRunJob, { payload: request, delaySeconds: 30 });
    const later = {
      result: 'later',
      errorCode: '',
      message: 'Pipedrive did not answer. SalesOS tries again by itself.',
    };
    await note(ctx, connection, action, personId, later);
    return c.json(later satisfies Pick<ActionOutput, 'errorCode' | 'message'>);
  }
}

/** JSON, or the keys and values that the builder sends as a form. */
async function readFields(c: ApiContext): Promise<unknown> {
  const rawBody = Buffer.from(await c.req.arrayBuffer());
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm ? Object.fromEntries(new URLSearchParams(rawBody.toString('utf8'))) : parseJson(rawBody);
}
