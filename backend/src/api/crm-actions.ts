/** The workflow actions: a CRM's workflow enrolls a record or stops its sequences, and gets an answer it can branch on. */
import { type EnrollOutput, enrollInput, enrollRefusals, type StopOutput, stopInput } from '@salesos/shared/actions.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { findByRecord } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { withIdempotency } from '../core/idempotency.ts';
import { ensureContact } from '../crm-sync/index.ts';
import { listMailboxes } from '../email/index.ts';
import { enroll, listSequences, stopSequences } from '../sequences/index.ts';
import { connectedTenant, verifySurface } from './authenticate.ts';
import { cursorAfter, readCursor } from './page-of.ts';
import { fieldErrors, RequestProblem } from './problem.ts';
import { type ApiContext, type ApiEnv, parseJson, surfaceRequest } from './request.ts';
import type { Surface, SurfaceVerifier, WorkflowExecution } from './surface.ts';

type Outputs = EnrollOutput | StopOutput;
type Run = (ctx: Ctx, contactId: string, inputs: Record<string, string>) => Promise<Outputs>;

const optionsPerPage = 50;

export function crmActionRoutes(surfaces: Surface[]): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const surface of surfaces) {
    const { crm } = surface.verifier;
    app.post(`/${crm}/actions/enroll`, (c) => execute(c, surface, 'enroll', runEnroll));
    app.post(`/${crm}/actions/stop`, (c) => execute(c, surface, 'stop', runStop));
    app.post(`/${crm}/actions/options`, (c) => listOptions(c, surface));
  }
  return app;
}

async function execute(c: ApiContext, { verifier, workflow }: Surface, action: 'enroll' | 'stop', run: Run) {
  const system = c.get('system');
  const execution = await readSigned(c, verifier, workflow.parseExecution);
  const ctx = await workflowContext(system, verifier.crm, execution);
  c.set('ctx', ctx);
  const outputs = await once(ctx, action, execution, async (keep) => {
    const contact = await findRecord(ctx, verifier.crm, execution, action);
    if (!contact) return action === 'stop' ? noneActive : refused(action, 'RECORD_NOT_FOUND');
    return inTransaction(ctx, async (ctx) => {
      const result = await run(ctx, contact.id, execution.inputs);
      await keep(ctx, { status: 200, body: result });
      return result;
    });
  });
  const state = outputs.result === 'refused' ? 'FAIL_CONTINUE' : 'SUCCESS';
  return c.json(workflow.executionAnswer(state, outputs));
}

/** The same callback gets the same answer. What went wrong for good is a refusal; what may pass is an error, which the CRM repeats. */
async function once(
  ctx: Ctx,
  action: 'enroll' | 'stop',
  execution: WorkflowExecution,
  run: (keep: Parameters<Parameters<typeof withIdempotency>[3]>[0]) => Promise<Outputs>,
): Promise<Outputs> {
  const { callbackId, recordId, objectType, inputs } = execution;
  try {
    const answer = await withIdempotency(
      ctx,
      `workflow:${callbackId}`,
      { action, recordId, objectType, inputs },
      async (keep) => ({ status: 200, body: await run(keep) }),
    );
    return answer.body as Outputs;
  } catch (error) {
    const passes = !(error instanceof DomainError) || error.status >= 500 || error.status === 429;
    if (passes || error.code === 'idempotency_key_running') throw asRepeatable(error);
    return { ...refused(action, error.code.toUpperCase()), message: error.message };
  }
}

/** A workflow takes 4xx as final, so "ask again in a moment" must be a 5xx. */
function asRepeatable(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.status >= 500) return error;
  return new DomainError(503, error.message, { code: error.code, retryAfterSeconds: error.retryAfterSeconds ?? 60 });
}

/** Enrolling reads the record afresh; stopping needs only the person we know, and works while the CRM does not answer. */
async function findRecord(
  ctx: Ctx,
  crm: string,
  { recordId, objectType }: WorkflowExecution,
  action: 'enroll' | 'stop',
) {
  if (action === 'stop') return findByRecord(ctx, crm, recordId);
  try {
    return await ensureContact(ctx, { crm, objectType, recordId });
  } catch (error) {
    if (error instanceof DomainError && error.status === 404) return null;
    throw error;
  }
}

const runEnroll: Run = async (ctx, contactId, inputs) => {
  const parsed = enrollInput.safeParse(inputs);
  if (!parsed.success) return refused('enroll', 'SEQUENCE_NOT_FOUND');
  return enroll(ctx, { contactId, ...parsed.data, source: 'workflow' });
};

const runStop: Run = async (ctx, contactId, inputs) => {
  const parsed = stopInput.safeParse(inputs);
  if (!parsed.success) return refused('stop', 'SEQUENCE_NOT_FOUND');
  return stopSequences(ctx, { contactId, ...parsed.data });
};

/** Whom we do not know is in no sequence. */
const noneActive: StopOutput = {
  result: 'none_active',
  stoppedCount: 0,
  errorCode: '',
  message: 'The person was in no running sequence.',
};

function refused(action: 'enroll' | 'stop', code: string): Outputs {
  const message = (enrollRefusals as Record<string, string>)[code] ?? 'The request was refused.';
  const failure = { result: 'refused' as const, errorCode: code, message };
  return action === 'enroll' ? { ...failure, enrollmentId: '', firstStepAt: '' } : { ...failure, stoppedCount: 0 };
}

/** The choices of a select: published sequences, or mailboxes. */
async function listOptions(c: ApiContext, { verifier, workflow }: Surface) {
  const request = await readSigned(c, verifier, workflow.parseOptionsRequest);
  const ctx = await workflowContext(c.get('system'), verifier.crm, { ...request, workflowId: null });
  c.set('ctx', ctx);
  const query = request.query.trim().toLowerCase();
  if (request.inputName === 'mailboxId') {
    const found = (await listMailboxes(ctx)).filter(
      ({ status, address }) => status !== 'disconnected' && address.includes(query),
    );
    const options = found.map(({ id, address, status }) => ({
      label: address,
      value: id,
      description: status === 'connected' ? '' : 'Must be connected again before it can send.',
    }));
    return c.json(workflow.optionsAnswer(options, null));
  }
  const before = readCursor(request.after);
  const rows = await listSequences(ctx, { status: 'published', query, before, limit: optionsPerPage + 1 });
  const shown = rows.slice(0, optionsPerPage);
  const options = shown.map(({ id, name, description }) => ({ label: name, value: id, description }));
  return c.json(workflow.optionsAnswer(options, rows.length > shown.length ? cursorAfter(shown.at(-1)!.id) : null));
}

async function readSigned<T>(c: ApiContext, verifier: SurfaceVerifier, parse: (body: unknown) => T): Promise<T> {
  const request = await surfaceRequest(c);
  verifySurface([verifier], request, c.get('system'));
  try {
    return parse(parseJson(request.rawBody));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new RequestProblem(400, 'invalid_request', 'This is no request of a workflow.', fieldErrors(error));
  }
}

async function workflowContext(system: System, crm: string, from: { portalId: string; workflowId: string | null }) {
  const id = from.workflowId ?? 'workflow';
  const actor = { kind: 'workflow' as const, id, name: from.workflowId ? `Workflow ${id}` : 'A workflow' };
  return (await connectedTenant(system, crm, from.portalId, actor)).ctx;
}
