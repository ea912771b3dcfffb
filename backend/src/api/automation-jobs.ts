/** What automations cause later, and what keeps the way to us open. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { on, type Reaction } from '../core/events.ts';
import { type AnyJob, defineJob, enqueue } from '../core/jobs.ts';
import { retryPreparation } from '../crm-sync/index.ts';
import {
  type Connection,
  connectionsOf,
  crmAccount,
  GrantRefused,
  listMembers,
  memberAccessToken,
} from '../tenants/index.ts';
import {
  act,
  answer,
  automationOf,
  automationRequest,
  findConnected,
  note,
  publishedSequences,
  resultOf,
  runAutomation,
  tries,
  writeResultJob,
} from './automation-runs.ts';

/** A run that met a CRM without an answer: nobody else would repeat it. */
export const repeatRunJob = defineJob({
  name: 'automation.repeat-run',
  payload: automationRequest,
  ...tries,
  async run(ctx, request) {
    const connection = await findConnected(ctx, request.connectionId);
    if (connection) await runAutomation(ctx, connection, request);
  },
});

/** Somebody, or an automation, chose a sequence in the record. */
export const takeChoiceJob = defineJob({
  name: 'automation.take-choice',
  payload: z.object({ connectionId: z.uuid(), recordId: z.string(), key: z.string() }),
  ...tries,
  async run(ctx, { connectionId, recordId, key }) {
    const connection = await findConnected(ctx, connectionId);
    const automation = connection && automationOf(ctx, connection);
    if (!automation) return;
    // Emptied when it was taken: a doubled notice, or one of another field, finds nothing.
    const sequence = await automation.readChoice(crmAccount(ctx, connection), recordId);
    if (sequence === null) return;
    const actor = { kind: 'workflow' as const, id: 'pipedrive', name: 'The field “SalesOS sequence”' };
    const request = {
      connectionId,
      action: 'enroll',
      sequence,
      personId: recordId,
      dealId: null,
      runKey: key,
    } as const;
    const { output } = await act({ ...ctx, actor }, connection, request);
    await answer(ctx, connectionId, recordId, resultOf(output), true);
    await note(ctx, connection, 'Chosen in the record', recordId, output);
  },
});

/** The field offers the published sequences. */
const offerChoicesJob = defineJob({
  name: 'automation.offer-choices',
  payload: z.object({ connectionId: z.uuid() }),
  ...tries,
  async run(ctx, { connectionId }) {
    const connection = await findConnected(ctx, connectionId);
    const automation = connection && automationOf(ctx, connection);
    if (!automation) return;
    const names = (await publishedSequences(ctx)).map(({ name }) => name);
    await automation.offerChoices(crmAccount(ctx, connection), names);
  },
});

const daySeconds = 86_400;

/**
 * Pipedrive deletes a webhook that was not answered for three days, and tells nobody: every day it is looked whether ours are
 * there, with all else that makes the CRM ready.
 */
const checkDailyJob = defineJob({
  name: 'automation.check-daily',
  payload: z.object({ connectionId: z.uuid() }),
  ...tries,
  async run(ctx, { connectionId }) {
    const connection = await findConnected(ctx, connectionId);
    // Connected again, it is looked after again.
    if (!connection) return;
    await retryPreparation(ctx, connectionId);
    await keepGrants(ctx, connection);
    await checkTomorrow(ctx, connection);
  },
});

/** Tokens of colleagues who open SalesOS seldom would end unused, in Pipedrive after 60 days: used, they live on. */
async function keepGrants(ctx: Ctx, { crm }: Connection): Promise<void> {
  if (!ctx.sockets.oauth.get(crm)?.isPerUser) return;
  for (const { id: memberId } of await listMembers(ctx)) {
    try {
      await memberAccessToken(ctx, memberId);
    } catch (error) {
      // Who has none, or lost it, is asked to install when they come.
      if (!(error instanceof GrantRefused)) ctx.log.warn({ error, memberId }, 'tokens not renewed');
    }
  }
}

async function checkTomorrow(ctx: Ctx, { id: connectionId }: Connection): Promise<void> {
  const day = Math.floor(ctx.clock.now().getTime() / 1000 / daySeconds);
  const job = { payload: { connectionId }, id: dailyId(connectionId, day), delaySeconds: daySeconds };
  await enqueue(ctx, checkDailyJob, job);
}

/** One a day for each connection, however often it is asked for. */
function dailyId(connectionId: string, day: number): string {
  const hex = createHash('sha256').update(`${connectionId}|${day}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const automationJobs: AnyJob[] = [repeatRunJob, writeResultJob, takeChoiceJob, offerChoicesJob, checkDailyJob];

const connectedOnes = async (ctx: Ctx): Promise<Connection[]> =>
  (await connectionsOf(ctx)).filter((one) => one.status === 'connected' && automationOf(ctx, one));

export const automationReactions: Reaction[] = [
  ...(['sequence.published', 'sequence.archived', 'crm.connected'] as const).map((event) =>
    on(event, 'automation.offer-choices', async (ctx) => {
      for (const { id } of await connectedOnes(ctx))
        await enqueue(ctx, offerChoicesJob, { payload: { connectionId: id } });
    }),
  ),
  on('crm.connected', 'automation.check-daily', async (ctx) => {
    for (const connection of await connectedOnes(ctx)) await checkTomorrow(ctx, connection);
  }),
];
