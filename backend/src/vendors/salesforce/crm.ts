/** Salesforce as the CRM: contacts and leads are the people, activities and packaged fields are what we write back. */
import type { Clock } from '../../core/clock.ts';
import type { CrmAccount, CrmVendor } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { readChanges } from './changes.ts';
import type { SalesforceConfig } from './config.ts';
import { createDescriber } from './describe.ts';
import { ensureFields, writeFields } from './fields.ts';
import { logEmails } from './log-emails.ts';
import { pushOrgKey } from './org-key.ts';
import { createPeopleReader } from './read-people.ts';
import { writeTasks } from './tasks.ts';

export function createCrm({ loginUrl, namespace }: SalesforceConfig, api: SalesforceApi, clock: Clock): CrmVendor {
  const describer = createDescriber(api, clock);
  return {
    id: 'salesforce',
    name: 'Salesforce',
    personTypes: ['contact', 'lead'],
    groupTypes: ['account'],
    ...createPeopleReader(api, describer),
    readChanges: (account, cursor) => readChanges(api, clock, account, cursor),
    ensureFields: (account) => ensureFields(describer, account, namespace),
    takeKey: (account, key) => pushOrgKey(api, account, key, namespace),
    logEmails: (account, activities) => logEmails(api, describer, account, activities),
    writeFields: (account, people) => writeFields(api, describer, account, people, namespace),
    writeTasks: (account, tasks) => writeTasks(api, account, tasks),
    /** Salesforce posts none; `readChanges` finds what happened. */
    parseNotices: () => [],
    /** Without the org's own address the sign-in host leads there. */
    recordUrl: ({ apiUrl }: { accountId: string } & Partial<Pick<CrmAccount, 'apiUrl'>>, recordId) =>
      `${apiUrl ?? loginUrl}/${encodeURIComponent(recordId)}`,
  };
}
