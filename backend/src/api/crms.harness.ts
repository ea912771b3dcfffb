/** CRMs in memory, each as its vendor would fill the socket, and how their screens ask. */

import type { Clock } from '../core/clock.ts';
import { VendorError } from '../core/http.ts';
import type { CrmPerson, CrmVendor, GroupRead, PersonRead } from '../crm-sync/crm.ts';
import { GrantRefused, type OAuthVendor } from '../tenants/index.ts';
import { parseNotices } from '../vendors/hubspot/notices.ts';

const kinds = {
  hubspot: { name: 'HubSpot', personTypes: ['contact', '0-1'], groupTypes: [] },
  salesforce: { name: 'Salesforce', personTypes: ['contact', 'lead'], groupTypes: ['account'] },
  pipedrive: { name: 'Pipedrive', personTypes: ['person'], groupTypes: ['deal', 'organization'] },
} as const;
export type TestCrm = keyof typeof kinds;

/** `records` and `groups` are by `accountId recordId`; a record in `silent` gets no answer. */
export function memoryCrm(
  id: TestCrm,
  { records, groups, silent }: { records: Map<string, CrmPerson>; groups: Map<string, Group>; silent: Set<string> },
): CrmVendor {
  return {
    id,
    ...kinds[id],
    async readPeople({ accountId }, recordIds) {
      if (recordIds.some((recordId) => silent.has(recordId))) throw new VendorError(id, 'unreachable', false, 1);
      return recordIds.map((recordId): PersonRead => {
        const person = records.get(`${accountId} ${recordId}`);
        return person ? { outcome: 'found', person } : { outcome: 'missing' };
      });
    },
    async readGroup({ accountId }, objectType, recordId): Promise<GroupRead> {
      const group = groups.get(`${accountId} ${recordId}`);
      if (group?.objectType !== objectType) return { outcome: 'missing' };
      const people = group.recordIds.map((recordId) => records.get(`${accountId} ${recordId}`)!);
      return { outcome: 'found', name: group.name, people, isCut: false };
    },
    findByAddress: async () => [],
    listOwners: async () => [],
    ensureFields: async () => {},
    logEmails: async (_, activities) => activities.map(({ key }) => ({ outcome: 'written', crmId: key })),
    writeFields: async (_, people) => people.map(({ recordId }) => ({ outcome: 'written', crmId: recordId })),
    ...(id === 'pipedrive' ? { offersMailCopies: true } : {}),
    ...(id === 'salesforce' ? { takeKey: async () => {} } : {}),
    parseNotices: (body) => parseNotices(body, '9'),
    recordUrl: (_, recordId) => `https://${id}.test/${recordId}`,
  };
}

export interface Group {
  objectType: string;
  name: string;
  recordIds: string[];
}

/** A vendor whose user always consents. The code names the account; `refused` is no good. */
export function consentingVendor(id: string, clock: Clock): OAuthVendor {
  const tokens = { accessToken: 'a', refreshToken: 'r', scopes: [] };
  const fresh = () => ({ ...tokens, expiresAt: new Date(clock.now().getTime() + 365 * 86_400_000) });
  return {
    id,
    name: { hubspot: 'HubSpot', salesforce: 'Salesforce', pipedrive: 'Pipedrive' }[id] ?? 'Google',
    authorizeUrl: ({ state, redirectUrl, loginHint = '', loginHost = 'consent.test' }) =>
      `https://${loginHost}/?${new URLSearchParams({ state, redirect_uri: redirectUrl, login_hint: loginHint })}`,
    exchangeCode: async ({ code }) => {
      if (code === 'refused') throw new GrantRefused('the code was used');
      return { tokens: fresh(), accountId: code, accountName: null, user: { id: '7', email: null } };
    },
    refresh: async () => fresh(),
    revoke: async () => {},
  };
}
