/** What our package does in the org: Flow actions and cards call the backend through its named credential. */
import { type FlowRun, usersOf, type World } from './world.ts';

const calloutTimeoutMilliseconds = 120_000;

/** A callout as the packaged Apex makes it, for the user who looks at the record. */
export async function callBackend(
  world: World,
  userId: string,
  path: string,
  content: unknown,
): Promise<{ request: FlowRun['request']; status: number; body: string }> {
  const user = usersOf(world).find(({ id }) => id === userId);
  if (!user) throw new Error(`the org has no user ${userId}`);
  const { reach } = world.options;
  const backendUrl = world.settings.calloutUrl ?? world.options.backendUrl;
  if (!backendUrl) throw new Error('the org was told no backend');
  const request = {
    url: backendUrl + path,
    headers: {
      Authorization: `Bearer ${world.credentials.get('Token') ?? ''}`,
      'Content-Type': 'application/json',
      'SalesOS-Org-Id': world.orgId,
      'SalesOS-User-Id': user.id,
      'SalesOS-User-Email': user.email,
      'SalesOS-User-Name': encodeURIComponent(`${user.firstName} ${user.lastName}`),
      'SalesOS-User-Is-Admin': String(user.isAdmin),
    },
    body: JSON.stringify(content),
  };
  const answer = await fetch(reach?.(request.url) ?? request.url, {
    method: 'POST',
    headers: request.headers,
    body: request.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(calloutTimeoutMilliseconds),
  });
  return { request, status: answer.status, body: await answer.text() };
}

/** A record-triggered flow hands its interviews over together, up to 200 at once. */
export async function runFlow(
  world: World,
  {
    action,
    recordIds,
    inputs,
    workflow,
  }: { action: string; recordIds: string[]; inputs: Record<string, string>; workflow: string },
): Promise<FlowRun> {
  const id = `flow-${world.nextNumber()}`;
  const rows = recordIds.map((recordId) => {
    const objectType = world.records.get(recordId)?.type ?? 'Contact';
    return { key: `${id}-${recordId}`, objectType, recordId, inputs };
  });
  const userId = usersOf(world)[0]?.id ?? '';
  const { request, status, body } = await callBackend(world, userId, `/salesforce/actions/${action}`, {
    rows,
    workflow,
  });
  const results = status === 200 ? ((JSON.parse(body) as { results?: FlowRun['results'] }).results ?? []) : [];
  const run = { id, at: world.options.clock.now(), action, request, status, results };
  world.flowRuns.push(run);
  return run;
}
