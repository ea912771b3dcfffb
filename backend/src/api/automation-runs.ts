/**
 * Acts that a CRM's automation asks for, where it cannot have workflow actions of ours: by a request, or by choosing a
 * sequence in a field of the record. What became of it is written into another field, to which automations can react.
 */
import type { ActionName, ActionOutput } from '@salesos/shared/actions.ts';
import { z } from 'zod';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { DomainError, VendorUnavailable } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { defineJob, enqueue } from '../core/jobs.ts';
import type { AutomationResult, CrmAutomation } from '../crm-sync/crm.ts';
import { accountToWrite } from '../crm-sync/index.ts';
import { listSequences } from '../sequences/index.ts';
import { type Connection, connectionsOf, crmAccount } from '../tenants/index.ts';
import { isLatestDelivery, noteDelivery } from './automation-queries.ts';
import { refused } from './crm-action-runs.ts';
import { runRow } from './crm-actions.ts';

const keptDeliveries = 50;
const mostSequences = 500;
const uuid = z.uuid();

export const automationRequest = z.object({
  connectionId: z.uuid(),
  action: z.enum(['enroll', 'stop', 'pause', 'resume', 'recalculate']),
  /** Id or name; null means all, where the action allows it. */
  sequence: z.string().nullable(),
  personId: z.string().nullable(),
  /** Used where there is no `personId`: the person the deal is mainly with. */
  dealId: z.string().nullable(),
  /** The same for every repeat of one run. */
  runKey: z.string(),
});
export type AutomationRequest = z.infer<typeof automationRequest>;

/** Does it once. Throws what may pass: no answer from the CRM. */
export async function runAutomation(
  ctx: Ctx,
  connection: Connection,
  request: AutomationRequest,
): Promise<ActionOutput> {
  const { action } = request;
  const { output, recordId } = await act(ctx, connection, request);
  await inTransaction(ctx, async (ctx) => {
    const deliveryId = await note(ctx, connection, action, recordId, output);
    if (!recordId) return;
    const payload = { connectionId: connection.id, recordId, deliveryId, result: resultOf(output) };
    await enqueue(ctx, writeResultJob, { payload });
  });
  return output;
}

/** Does it once, and tells nobody. */
export async function act(ctx: Ctx, connection: Connection, request: AutomationRequest) {
  const { action, personId, dealId, sequence, runKey } = request;
  const { crm, accountId, id } = connection;
  const recordId = personId ?? (dealId ? await personOfDeal(ctx, connection, dealId) : null);
  if (!recordId) return { output: refused(action, 'RECORD_NOT_FOUND'), recordId: null };
  const sequenceId = sequence === null ? null : await sequenceIdOf(ctx, sequence);
  if (sequence !== null && sequenceId === null) return { output: refused(action, 'SEQUENCE_NOT_FOUND'), recordId };
  // A key that somebody typed in as it stands is the same for everybody: so person and sequence are part of it.
  const callbackId = [id, action, recordId, sequenceId ?? '', runKey].join('|');
  const inputs: Record<string, string> = sequenceId ? { sequenceId } : {};
  const execution = { callbackId, accountId, workflowId: null, recordId, objectType: 'person', inputs };
  return { output: await runRow(ctx, crm, action, execution), recordId };
}

/** By id, or by the name as the CRM shows it; of several with one name the newest. */
async function sequenceIdOf(ctx: Ctx, sequence: string): Promise<string | null> {
  if (uuid.safeParse(sequence).success) return sequence;
  const wanted = sequence.trim().toLowerCase();
  const found = await publishedSequences(ctx);
  return found.find(({ name }) => name.trim().toLowerCase() === wanted)?.id ?? null;
}

export const publishedSequences = (ctx: Ctx) =>
  listSequences(ctx, { status: 'published', before: null, limit: mostSequences });

async function personOfDeal(ctx: Ctx, connection: Connection, dealId: string): Promise<string | null> {
  return (await automationOf(ctx, connection)?.personOfDeal(crmAccount(ctx, connection), dealId)) ?? null;
}

export const automationOf = (ctx: Ctx, { crm }: Connection): CrmAutomation | undefined =>
  ctx.sockets.crms.get(crm)?.automation;

/** Shown on the settings page. Answers the id of the note. */
export async function note(
  ctx: Ctx,
  connection: Connection,
  action: string,
  recordId: string | null,
  { result, message }: { result: string; message: string },
): Promise<string> {
  const at = ctx.clock.now();
  const delivery = { id: newId(at), connectionId: connection.id, at, action, recordId, result, message };
  await noteDelivery(ctx, delivery, keptDeliveries);
  return delivery.id;
}

export function resultOf({ result }: ActionOutput): AutomationResult {
  if (result === 'enrolled' || result === 'already_in' || result === 'refused') return result;
  return result === 'none_active' || result === 'none_paused' ? 'nothing' : 'changed';
}

export const findConnected = async (ctx: Ctx, connectionId: string): Promise<Connection | undefined> =>
  (await connectionsOf(ctx)).find(({ id, status }) => id === connectionId && status === 'connected');

export const tries = { retryLimit: 8, retryDelaySeconds: 30, timeoutSeconds: 60 };

const result = z.enum(['enrolled', 'already_in', 'changed', 'nothing', 'refused']);

export const writeResultJob = defineJob({
  name: 'automation.write-result',
  payload: z.object({ connectionId: z.uuid(), recordId: z.string(), deliveryId: z.uuid(), result }),
  ...tries,
  async run(ctx, { connectionId, recordId, deliveryId, result }) {
    // Jobs may change places; in the record stands what was asked last.
    if (!(await isLatestDelivery(ctx, recordId, deliveryId))) return;
    await answer(ctx, connectionId, recordId, result, false);
  },
});

/** Writes the result. What the CRM refuses for good changes nothing of what was done. */
export async function answer(
  ctx: Ctx,
  connectionId: string,
  recordId: string,
  result: AutomationResult,
  clearChoice: boolean,
) {
  const connection = await findConnected(ctx, connectionId);
  const automation = connection && automationOf(ctx, connection);
  if (!automation) return;
  const written = await automation.writeResult(accountToWrite(ctx, connection), recordId, result, { clearChoice });
  if (written.outcome === 'refused') ctx.log.warn({ recordId, reason: written.reason }, 'automation result refused');
  if (written.outcome === 'retry')
    throw new VendorUnavailable('The CRM did not take the result.', { detail: written.reason });
}

/** Whether the same request may succeed later. */
export const mayPass = (error: unknown): boolean => !(error instanceof DomainError) || error.status >= 500;

export const isAction = (name: string): name is ActionName => automationRequest.shape.action.safeParse(name).success;
