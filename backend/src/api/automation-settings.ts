/** What an admin pastes into Pipedrive so that its automations reach us: address, password, and a body for each action. */
import { createHash, randomBytes } from 'node:crypto';
import { type ActionName, actions } from '@salesos/shared/actions.ts';
import type { AutomationView } from '@salesos/shared/cards.ts';
import { findByRecord } from '../contacts/index.ts';
import { type System, tenantContext } from '../core/ctx.ts';
import { InvalidInput } from '../core/errors.ts';
import { inParallel } from '../core/jobs.ts';
import { sameText } from '../core/secrets.ts';
import { type Connection, connectionsOf } from '../tenants/index.ts';
import type { CardCaller } from './authenticate.ts';
import { readAutomationSecret, readDeliveries, saveAutomationSecret } from './automation-queries.ts';
import { requireAdmin } from './card-permission.ts';

const namesAtOnce = 4;
export const automationUser = 'salesos';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export async function showAutomation(caller: CardCaller, password: string | null = null): Promise<AutomationView> {
  requireAdmin(caller, 'see how automations reach SalesOS');
  const { ctx } = caller;
  const { id } = await connectionFor(caller);
  const deliveries = await readDeliveries(ctx, id);
  return {
    // An automation webhook's address must end in a slash: the action is added to it.
    url: `${ctx.settings.publicUrl}/pipedrive/${id}/automation/`,
    userName: automationUser,
    password,
    actions: (Object.keys(actions) as ActionName[]).map((path) => ({
      label: actions[path].label,
      path,
      body: bodies[path],
    })),
    deliveries: await inParallel(deliveries, namesAtOnce, async ({ at, action, recordId, result, message }) => ({
      at: at.toISOString(),
      action: action in actions ? actions[action as ActionName].label : action,
      // Looked up, and not kept with the note: a person who is erased leaves no name behind.
      personName: recordId ? nameOf(await findByRecord(ctx, caller.crm, recordId)) : null,
      result,
      message,
    })),
  };
}

export async function rotateAutomation(caller: CardCaller): Promise<AutomationView> {
  requireAdmin(caller, 'change the password of the automations');
  const { id } = await connectionFor(caller);
  const password = randomBytes(32).toString('base64url');
  await saveAutomationSecret(caller.ctx, id, hashOf(password));
  return showAutomation(caller, password);
}

/** The connection that an automation speaks for; null for a wrong password, or before there was one. */
export async function connectionOfAutomation(system: System, connectionId: string, authorization: string) {
  if (!uuid.test(connectionId)) return null;
  const secret = await readAutomationSecret(system, connectionId);
  const given = Buffer.from(/^Basic (\S+)$/i.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
  const colon = given.indexOf(':');
  if (!secret || colon < 0) return null;
  const isRight = sameText(hashOf(given.slice(colon + 1)), secret.hash);
  if (!isRight || given.slice(0, colon) !== automationUser) return null;
  const actor = { kind: 'workflow' as const, id: 'pipedrive', name: 'An automation' };
  const ctx = tenantContext(system, secret.tenantId, actor);
  const connection = (await connectionsOf(ctx)).find(
    ({ id, status }) => id === connectionId && status !== 'uninstalled',
  );
  return connection ? { ctx, connection } : null;
}

const nameOf = (contact: Awaited<ReturnType<typeof findByRecord>>): string | null =>
  [contact?.firstName, contact?.lastName].filter(Boolean).join(' ') || null;

async function connectionFor({ ctx, crm }: CardCaller): Promise<Connection> {
  const connection = (await connectionsOf(ctx)).find((one) => one.crm === crm && one.status !== 'uninstalled');
  if (connection && ctx.sockets.crms.get(crm)?.automation) return connection;
  throw new InvalidInput('In this CRM the workflow actions of SalesOS are in the workflow builder itself.');
}

/** The password is random, so a plain hash cannot be guessed backwards as that of a chosen one could. */
const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex');

const body = (...names: ('sequence' | 'person_id' | 'run_key')[]): string => {
  const samples = { sequence: 'Name of the sequence', person_id: '[Person ID]', run_key: '[Person ID] [Trigger date]' };
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, samples[name]])), null, 2);
};
const bodies: Record<ActionName, string> = {
  enroll: body('sequence', 'person_id', 'run_key'),
  stop: body('sequence', 'person_id', 'run_key'),
  pause: body('sequence', 'person_id', 'run_key'),
  resume: body('sequence', 'person_id', 'run_key'),
  recalculate: body('person_id'),
};
