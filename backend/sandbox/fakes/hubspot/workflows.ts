/** HubSpot's workflow engine, as far as custom actions meet it: execution requests, their retries, choices for selects. */

import { find } from './changes.ts';
import { signatureHeaders } from './signing.ts';
import { portalOf, type World } from './world.ts';

export interface WorkflowAction {
  /** The public addresses of the action's definition. */
  actionUrl: string;
  /** Contact properties the definition asks HubSpot to send along. */
  objectProperties?: string[];
}

export interface WorkflowRun {
  callbackId: string;
  portalId: number;
  contactId: string;
  action: WorkflowAction;
  inputFields: Record<string, string>;
  startedAt: Date;
  attempts: number;
  /** `failed` is final; `waiting` is tried again at `nextAttemptAt`. */
  state: 'waiting' | 'succeeded' | 'failed_and_continued' | 'blocked' | 'failed';
  nextAttemptAt: number;
  lastStatus: number | null;
  /** What was sent last, as it was signed. */
  lastRequest: { url: string; headers: Record<string, string>; body: string } | null;
  outputFields: Record<string, unknown>;
}

const answerTimeoutMilliseconds = 20_000;
/** Server errors are tried again for about three days. */
const retryMinutes = [1, 5, 15, 60, 180, 360, 720, 1440, 1440];
const states = { SUCCESS: 'succeeded', FAIL_CONTINUE: 'failed_and_continued', BLOCK: 'blocked' } as const;

/** A contact reaches the action in a workflow: the first request goes out at once. */
export async function runWorkflowAction(
  world: World,
  portalId: number,
  action: WorkflowAction,
  contactId: string,
  inputFields: Record<string, string>,
): Promise<WorkflowRun> {
  find(world, portalOf(world, portalId), 'contacts', contactId);
  const run: WorkflowRun = {
    callbackId: `ap-${portalId}-${world.nextNumber()}-11-0`,
    portalId,
    contactId,
    action,
    inputFields,
    startedAt: world.options.clock.now(),
    attempts: 0,
    state: 'waiting',
    nextAttemptAt: world.options.clock.now().getTime(),
    lastStatus: null,
    lastRequest: null,
    outputFields: {},
  };
  world.runs.push(run);
  await attempt(world, run);
  return run;
}

/** Tries again what is due. */
export async function retryWorkflowRuns(world: World): Promise<void> {
  const now = world.options.clock.now().getTime();
  for (const run of world.runs) if (run.state === 'waiting' && run.nextAttemptAt <= now) await attempt(world, run);
}

async function attempt(world: World, run: WorkflowRun): Promise<void> {
  run.attempts += 1;
  run.lastRequest = sign(world, run.action.actionUrl, executionBody(world, run));
  const answer = await post(world, run.lastRequest).catch(() => null);
  run.lastStatus = answer?.status ?? null;
  if (answer?.ok) {
    const body: unknown = await answer.json().catch(() => null);
    run.outputFields = (body as { outputFields?: Record<string, unknown> } | null)?.outputFields ?? {};
    const state = String(run.outputFields.hs_execution_state ?? 'SUCCESS');
    run.state = states[state as keyof typeof states] ?? 'failed';
    return;
  }
  const final = answer !== null && answer.status < 500 && answer.status !== 429;
  const minutes = retryMinutes[run.attempts - 1];
  if (final || minutes === undefined) run.state = 'failed';
  else run.nextAttemptAt = world.options.clock.now().getTime() + minutes * 60_000;
}

function executionBody(world: World, run: WorkflowRun): Record<string, unknown> {
  const contact = portalOf(world, run.portalId).objects.get(`contacts:${run.contactId}`);
  const wanted = run.action.objectProperties ?? [];
  return {
    callbackId: run.callbackId,
    origin: {
      portalId: run.portalId,
      actionDefinitionId: 1,
      actionDefinitionVersion: 1,
      extensionDefinitionId: 1,
      extensionDefinitionVersionId: 1,
    },
    context: { source: 'WORKFLOWS', workflowId: 1 },
    object: {
      objectId: Number(run.contactId),
      objectType: 'CONTACT',
      properties: Object.fromEntries(wanted.map((name) => [name, contact?.properties[name] ?? null])),
    },
    inputFields: run.inputFields,
  };
}

export interface WorkflowChoice {
  label: string;
  value: string;
  description?: string;
}

/** Opens a select in the workflow editor: asks the app for the choices, page by page. */
export async function readWorkflowOptions(
  world: World,
  portalId: number,
  request: { optionsUrl: string; inputFieldName: string; query?: string },
): Promise<WorkflowChoice[]> {
  const choices: WorkflowChoice[] = [];
  for (let after: string | undefined; ; ) {
    const answer = await post(
      world,
      sign(world, request.optionsUrl, {
        origin: { portalId },
        objectTypeId: '0-1',
        inputFieldName: request.inputFieldName,
        inputFields: {},
        fetchOptions: { q: request.query ?? '', ...(after ? { after } : {}) },
      }),
    );
    if (!answer.ok) throw new Error(`the app answered ${answer.status} when asked for choices`);
    const page = (await answer.json()) as { options: WorkflowChoice[]; after?: string };
    choices.push(...page.options);
    if (!page.after) return choices;
    after = page.after;
  }
}

type SignedRequest = NonNullable<WorkflowRun['lastRequest']>;

function sign(world: World, url: string, content: Record<string, unknown>): SignedRequest {
  const body = JSON.stringify(content);
  const request = { method: 'POST', url, body, now: world.options.clock.now() };
  const signature = signatureHeaders(world.options.clientSecret, request, 'v2');
  return { url, headers: { 'Content-Type': 'application/json', ...signature }, body };
}

function post(world: World, { url, headers, body }: SignedRequest): Promise<Response> {
  return fetch(world.options.reach?.(url) ?? url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(answerTimeoutMilliseconds),
  });
}
