/** What our side of the Pipedrive app needs besides the sockets: who calls us, and what a user may open. */

import type { Clock } from '../../core/clock.ts';
import { inParts } from '../../core/in-parts.ts';
import { sameText } from '../../core/secrets.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import type { PipedriveApi } from './api.ts';
import { idsPerRequest, listCost, type PipedriveConfig } from './config.ts';
import { noticePassword, noticeUser } from './hooks.ts';
import { isRecordId, peopleAnswer } from './person.ts';
import { readSignedToken } from './signed-token.ts';

export function createApp(config: PipedriveConfig, api: PipedriveApi, clock: Clock) {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    /** The modal's id in our entry of the Developer Hub; null where it is not configured. */
    enrollModalId: config.enrollModalId ?? null,
    readToken: (token: string) => readSignedToken(token, config.clientSecret, clock.now()),
    /** Whether Pipedrive itself calls, as when a user removes the app. */
    isPipedrive: (authorization: string) => sameText(authorization, basic(config.clientId, config.clientSecret)),
    /** Whether a notice for this connection has its password. */
    isNotice: (authorization: string, connectionId: string) =>
      sameText(authorization, basic(noticeUser, noticePassword(config, connectionId))),
    /** Of these people the ones that the user behind the account's token may see. */
    async visiblePeople(account: CrmAccount, recordIds: string[]): Promise<string[]> {
      const visible: string[] = [];
      for (const ids of inParts(recordIds.filter(isRecordId), idsPerRequest)) {
        const path = `/api/v2/persons?ids=${ids.join(',')}&limit=${idsPerRequest}`;
        const page = await api.read(account, { method: 'GET', path, cost: listCost }, peopleAnswer);
        for (const { id, is_deleted } of page?.data ?? []) if (!is_deleted) visible.push(String(id));
      }
      return visible;
    },
  };
}

export type PipedriveApp = ReturnType<typeof createApp>;
