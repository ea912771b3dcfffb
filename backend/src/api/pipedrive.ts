/** What Pipedrive calls: sessions of our pages, the panel of plain fields, automations, notices, and that a user left. */
import { Hono } from 'hono';
import { z } from 'zod';
import { jsonPanelData, jsonPanelError } from '../../../pipedrive-app/json-panel/json-panel.ts';
import { tenantContext } from '../core/ctx.ts';
import { Unauthenticated } from '../core/errors.ts';
import { enqueue } from '../core/jobs.ts';
import { takeNotices } from '../crm-sync/index.ts';
import { findConnection, memberFromIdentity, uninstallMember } from '../tenants/index.ts';
import { takeChoiceJob } from './automation-jobs.ts';
import { contactOf, readCard } from './card-record.ts';
import { answerAutomation } from './pipedrive-automation.ts';
import { sealSession } from './pipedrive-surface.ts';
import { openAs, opening, type PipedriveApp } from './pipedrive-user.ts';
import { asDomainError, fieldErrors, RequestProblem } from './problem.ts';
import { type ApiContext, type ApiEnv, parseJson } from './request.ts';

const crm = 'pipedrive';
const authorizationOf = (c: ApiContext): string => c.req.header('authorization') ?? '';

export function pipedriveRoutes(app: PipedriveApp): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/pipedrive/session', (c) => beginSession(c, app));
  routes.get('/pipedrive/json-panel', (c) => showJsonPanel(c, app));
  routes.on(['POST', 'PUT'], '/pipedrive/:connectionId/automation/:action', answerAutomation);
  routes.post('/pipedrive/:connectionId/webhooks', (c) => takeNotice(c, app));
  routes.delete('/connect/pipedrive/callback', (c) => forgetUser(c, app));
  return routes;
}

async function readBody(c: ApiContext): Promise<unknown> {
  return parseJson(Buffer.from(await c.req.arrayBuffer()));
}

async function beginSession(c: ApiContext, app: PipedriveApp) {
  const parsed = opening.safeParse(await readBody(c));
  if (!parsed.success)
    throw new RequestProblem(400, 'invalid_request', 'This is no opening of a page.', fieldErrors(parsed.error));
  const { ctx, session } = await openAs(c.get('system'), app, parsed.data);
  c.set('ctx', ctx);
  c.header('Cache-Control', 'no-store');
  const { objectType, recordIds } = session.records;
  const record = { objectType, recordIds };
  return c.json({ ...sealSession(ctx, session), enrollModalId: app.enrollModalId, record });
}

/** The panel of plain fields: of a person, or of the only person of a deal or organization. */
async function showJsonPanel(c: ApiContext, app: PipedriveApp) {
  c.header('Cache-Control', 'no-store');
  try {
    const { selectedIds = '', ...query } = c.req.query();
    const request = opening.safeParse({ ...query, selectedIds: selectedIds.split(',').filter(Boolean) });
    if (!request.success) throw new Unauthenticated('The panel was not opened by Pipedrive.');
    const { ctx, session } = await openAs(c.get('system'), app, request.data);
    c.set('ctx', ctx);
    const { records, userId, userEmail, userName } = session;
    const people = records.personIds ?? records.recordIds;
    if (people.length !== 1) return c.json({ data: {} });
    const identity = { crm, crmUserId: userId, email: userEmail, name: userName ?? '' };
    const caller = { crm, ctx, records, member: await memberFromIdentity(ctx, identity) };
    const contact = await contactOf(caller, { objectType: 'person', recordId: people[0]! });
    return c.json({ data: jsonPanelData(await readCard(caller, contact)) });
  } catch (thrown) {
    const error = asDomainError(thrown);
    if (error.status >= 500) c.get('system').log.error({ error: thrown }, 'panel failed');
    const title = error.code === 'install_needed' ? 'Install SalesOS first' : 'SalesOS cannot show this';
    return c.json(jsonPanelError(title, error.message), error.status as 400);
  }
}

/** Taken in and answered at once: after ten answers that fail, Pipedrive tells us nothing for half an hour. */
async function takeNotice(c: ApiContext, app: PipedriveApp) {
  const system = c.get('system');
  const { connectionId = '' } = c.req.param() as Record<string, string>;
  if (!app.isNotice(authorizationOf(c), connectionId))
    throw new Unauthenticated('The password of the webhook does not fit.', { code: 'signature_refused' });
  const body = await readBody(c);
  const { parseNotices, automation } = system.sockets.crms.get(crm)!;
  const company = z.object({ meta: z.object({ company_id: z.coerce.string() }) }).safeParse(body);
  const connection = company.success ? await findConnection(system, crm, company.data.meta.company_id) : null;
  // The password is one connection's: what it says of another company is nobody's word.
  if (!connection || connection.id !== connectionId) return c.body(null, 204);
  await takeNotices(system, crm, parseNotices(body));
  const choice = automation?.parseChoice(body);
  if (choice) {
    const { key, recordId } = choice;
    const job = { payload: { connectionId, recordId, key } };
    const ctx = tenantContext(system, connection.tenantId);
    await enqueue(ctx, takeChoiceJob, z.uuid().safeParse(key).success ? { ...job, id: key } : job);
  }
  return c.body(null, 204);
}

/** A user removed the app in Pipedrive. https://pipedrive.readme.io/docs/app-uninstallation */
async function forgetUser(c: ApiContext, app: PipedriveApp) {
  const system = c.get('system');
  if (!app.isPipedrive(authorizationOf(c)))
    throw new Unauthenticated('Only Pipedrive may say that a user left.', { code: 'signature_refused' });
  const leaving = z.object({ company_id: z.coerce.string(), user_id: z.coerce.string() }).safeParse(await readBody(c));
  const connection = leaving.success ? await findConnection(system, crm, leaving.data.company_id) : null;
  if (leaving.success && connection)
    await uninstallMember(tenantContext(system, connection.tenantId), { crm, crmUserId: leaving.data.user_id });
  return c.body(null, 204);
}
