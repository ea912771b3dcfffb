/**
 * Our webhooks in a company. Pipedrive deletes a hook after three days without an answer, and with the user who made it, so
 * they are looked at again with every preparation. https://pipedrive.readme.io/docs/webhooks-for-apps
 */
import { z } from 'zod';
import { deriveKey } from '../../core/secrets.ts';
import { type CrmAccount, CrmRefused } from '../../crm-sync/crm.ts';
import type { Answer } from './answers.ts';
import { noAnswer, type PipedriveApi } from './api.ts';
import type { PipedriveConfig } from './config.ts';

const wanted = [
  { event_object: 'person', event_action: 'create' },
  { event_object: 'person', event_action: 'change' },
  { event_object: 'person', event_action: 'delete' },
] as const;
const hooksAnswer = z.object({
  data: z.array(
    z.object({
      id: z.number().int(),
      name: z.string().catch(''),
      subscription_url: z.string(),
      event_object: z.string(),
      event_action: z.string(),
      is_active: z.union([z.number(), z.boolean()]).nullish(),
    }),
  ),
});
export const noticeUser = 'pipedrive';

/** Derived from the app's own secret, so that nothing has to be kept; another one for every connection. */
export const noticePassword = ({ clientSecret }: PipedriveConfig, connectionId: string): string =>
  deriveKey(clientSecret, `pipedrive webhooks of ${connectionId}`).toString('base64url');

/** Subscribes what is missing, and replaces what points elsewhere or has an old password. */
export async function ensureHooks(
  config: PipedriveConfig & { publicUrl: string },
  api: PipedriveApi,
  account: CrmAccount,
): Promise<void> {
  const password = noticePassword(config, account.connectionId);
  // The password cannot be read back everywhere; a change of it shows in the name.
  const name = `SalesOS ${deriveKey(password, 'name of the webhook').toString('hex').slice(0, 8)}`;
  const path = `/pipedrive/${account.connectionId}/webhooks`;
  const url = config.publicUrl + path;
  const hooks = await read(api, account);
  const ours = hooks.filter((hook) => hook.subscription_url.endsWith(path));
  const isRight = (hook: (typeof ours)[number]) =>
    hook.subscription_url === url && hook.name === name && hook.is_active !== 0;
  for (const hook of ours.filter((hook) => !isRight(hook)))
    await change(api, account, { method: 'DELETE', path: `/api/v1/webhooks/${hook.id}`, cost: 6 });
  for (const event of wanted) {
    const exists = ours.some(
      (hook) => isRight(hook) && hook.event_object === event.event_object && hook.event_action === event.event_action,
    );
    if (exists) continue;
    const basic = { http_auth_user: noticeUser, http_auth_password: password };
    const body = { ...event, ...basic, subscription_url: url, name, version: '2.0' };
    await change(api, account, { method: 'POST', path: '/api/v1/webhooks', cost: 10, body });
  }
}

async function read(api: PipedriveApi, account: CrmAccount) {
  const answer = await api.call(account, { method: 'GET', path: '/api/v1/webhooks', cost: 10 });
  if (answer.outcome !== 'ok') throw problemOf(answer);
  const parsed = hooksAnswer.safeParse(answer.body);
  if (!parsed.success) throw noAnswer({ reason: `webhooks: ${parsed.error.message}`, retryAfterSeconds: 60 });
  return parsed.data.data;
}

async function change(api: PipedriveApi, account: CrmAccount, request: Parameters<PipedriveApi['call']>[1]) {
  const answer = await api.call(account, request);
  // Gone already is as good.
  const isDone = answer.outcome === 'ok' || (answer.outcome === 'refused' && answer.status === 404);
  if (!isDone) throw problemOf(answer);
}

function problemOf(answer: Exclude<Answer, { outcome: 'ok' }>): Error {
  if (answer.outcome === 'retry') return noAnswer(answer);
  if (/limit|maximum|too many/i.test(answer.reason))
    return new CrmRefused(
      'WEBHOOK_LIMIT',
      `Pipedrive allows no more webhooks for this user: ${answer.reason}`,
      'Delete webhooks you no longer need in Pipedrive (Settings, Tools and apps, Webhooks): 40 per user are allowed. SalesOS needs 3.',
    );
  if (answer.status === 403)
    return new CrmRefused(
      'WEBHOOKS_FORBIDDEN',
      'Only an admin of Pipedrive may let SalesOS be told of changes.',
      'An admin of your Pipedrive account installs SalesOS. Until then changes are read every few minutes.',
    );
  return new CrmRefused(
    'WEBHOOKS_REFUSED',
    `Pipedrive does not accept our webhooks: ${answer.reason}`,
    'Check that PUBLIC_URL of this installation can be reached over https from the internet.',
  );
}
