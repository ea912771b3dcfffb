/** The workflow actions: a CRM's workflow enrolls a record or stops its sequences, and gets an answer it can branch on. */
import { type ActionName, type ActionOutput, actions } from '@salesos/shared/actions.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import { findByRecord } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System } from '../core/ctx.ts';
import { DomainError } from '../core/errors.ts';
import { withIdempotency } from '../core/idempotency.ts';
import { inParallel } from '../core/jobs.ts';
import { ensureContact } from '../crm-sync/index.ts';
import { listMailboxes } from '../email/index.ts';
import { listSequences } from '../sequences/index.ts';
import { connectedTenant, verifySurface } from './authenticate.ts';
import { refused, runs, unknownRecord } from './crm-action-runs.ts';
import { cursorAfter, readCursor } from './page-of.ts';
import { asDomainError, fieldErrors, RequestProblem } from './problem.ts';
import { type ApiContext, type ApiEnv, parseJson, surfaceRequest } from './request.ts';
import type { Surface, SurfaceIdentity, SurfaceVerifier, WorkflowExecution } from './surface.ts';

type WorkflowSurface = Required<Surface>;

/** Rows of one request that are worked on together, so that people we do not know yet are read in few calls. */
const rowsAtOnce = 50;
const optionsPerPage = 50;

export function crmActionRoutes(surfaces: Surface[]): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const { verifier, workflow } of surfaces) {
    if (!workflow) continue;
    const { crm } = verifier;
    const surface = { verifier, workflow };
    for (const action of Object.keys(actions) as ActionName[])
      app.post(`/${crm}/actions/${action}`, (c) => execute(c, surface, action));
    app.post(`/${crm}/actions/options`, (c) => listOptions(c, surface));
  }
  return app;
}

async function execute(c: ApiContext, surface: WorkflowSurface, action: ActionName) {
  const { verifier, workflow } = surface;
  const executions = await readSigned(c, verifier, (body, identity) =>
    workflow.parseExecutions(action, body, identity),
  );
  const outputs = await inParallel(executions, rowsAtOnce, async (execution) => {
    try {
      return await executeRow(c, verifier.crm, action, execution);
    } catch (error) {
      if (!workflow.isBatched) throw error;
      return tryAgain(c, action, error);
    }
  });
  return c.json(workflow.executionAnswer(action, outputs));
}

/** A row that failed for now stops no other. What is wrong with the request itself ends all of it. */
function tryAgain(c: ApiContext, action: ActionName, error: unknown): ActionOutput {
  const problem = asDomainError(error);
  if (problem.status < 500) throw error;
  (c.get('ctx') ?? c.get('system')).log.error({ error, action }, 'row of a workflow failed');
  return { ...refused(action, 'TRY_AGAIN'), message: problem.message };
}

async function executeRow(c: ApiContext, crm: string, action: ActionName, execution: WorkflowExecution) {
  const ctx = await workflowContext(c.get('system'), crm, execution);
  c.set('ctx', ctx);
  return runRow(ctx, crm, action, execution);
}

/** Does one row, once. Throws what may pass. */
export async function runRow(ctx: Ctx, crm: string, action: ActionName, execution: WorkflowExecution) {
  return once(ctx, action, execution, async (keep) => {
    const contact = await findRecord(ctx, crm, execution, action);
    return inTransaction(ctx, async (ctx) => {
      const result = contact ? await runs[action](ctx, contact.id, execution.inputs) : unknownRecord[action];
      await keep(ctx, { status: 200, body: result });
      return result;
    });
  });
}

/** The same callback gets the same answer. What went wrong for good is a refusal; what may pass is an error, which the CRM repeats. */
async function once(
  ctx: Ctx,
  action: ActionName,
  execution: WorkflowExecution,
  run: (keep: Parameters<Parameters<typeof withIdempotency>[3]>[0]) => Promise<ActionOutput>,
): Promise<ActionOutput> {
  const { callbackId, recordId, objectType, inputs } = execution;
  try {
    const answer = await withIdempotency(
      ctx,
      `workflow:${callbackId}`,
      { action, recordId, objectType, inputs },
      async (keep) => ({ status: 200, body: await run(keep) }),
    );
    return answer.body as ActionOutput;
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

/** Enrolling reads the record afresh; the rest needs only the person we know, and works while the CRM does not answer. */
async function findRecord(ctx: Ctx, crm: string, { recordId, objectType }: WorkflowExecution, action: ActionName) {
  if (action === 'stop' || action === 'pause' || action === 'resume') return findByRecord(ctx, crm, recordId);
  try {
    return await ensureContact(ctx, { crm, objectType, recordId });
  } catch (error) {
    if (error instanceof DomainError && error.status === 404) return null;
    throw error;
  }
}

/** The choices of a select: published sequences, or mailboxes. */
async function listOptions(c: ApiContext, { verifier, workflow }: WorkflowSurface) {
  const request = await readSigned(c, verifier, (body, identity) => workflow.parseOptionsRequest(body, identity));
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

async function readSigned<T>(
  c: ApiContext,
  verifier: SurfaceVerifier,
  parse: (body: unknown, identity: SurfaceIdentity) => T,
): Promise<T> {
  const request = await surfaceRequest(c);
  const { identity } = await verifySurface([verifier], request, c.get('system'));
  try {
    return parse(parseJson(request.rawBody), identity);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new RequestProblem(400, 'invalid_request', 'This is no request of a workflow.', fieldErrors(error));
  }
}

async function workflowContext(system: System, crm: string, from: { accountId: string; workflowId: string | null }) {
  const id = from.workflowId ?? 'workflow';
  const actor = { kind: 'workflow' as const, id, name: from.workflowId ? `Workflow ${id}` : 'A workflow' };
  return (await connectedTenant(system, crm, from.accountId, actor)).ctx;
}
