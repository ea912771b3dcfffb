/** Pipedrive as the CRM: persons are the people; activities and “SalesOS …” fields are what we write back. */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { type CrmAccount, type CrmOwner, CrmRefused, type CrmVendor } from '../../crm-sync/crm.ts';
import { createActivities } from './activities.ts';
import type { PipedriveApi } from './api.ts';
import { createAutomation } from './automation.ts';
import type { PipedriveConfig } from './config.ts';
import { createFieldCodes } from './field-codes.ts';
import { ensureHooks } from './hooks.ts';
import { parseNotices } from './notices.ts';
import { createPeople } from './people.ts';
import { logEmails, writeTasks } from './write-activities.ts';
import { writeFields } from './write-fields.ts';

const usersAnswer = z.object({
  data: z.array(
    z.object({
      id: z.number().int(),
      name: z.string().catch(''),
      email: z.string().nullable().catch(null),
      active_flag: z.boolean().catch(true),
    }),
  ),
});

export function createCrm(config: PipedriveConfig, api: PipedriveApi, clock: Clock): CrmVendor {
  const people = createPeople(api, clock);
  const activities = createActivities(api, clock);
  const fieldTools = { api, codes: createFieldCodes(api, clock) };
  const activityTools = { api, people, activities };

  /** Who left keeps records, but is nobody who could send. */
  async function listOwners(account: CrmAccount): Promise<CrmOwner[]> {
    const answer = await api.read(account, { method: 'GET', path: '/api/v1/users', cost: 20 }, usersAnswer);
    return (answer?.data ?? []).map(({ id, name, email, active_flag }) => ({
      ownerId: String(id),
      userId: active_flag ? String(id) : null,
      email: email ?? '',
      name: name || email || String(id),
    }));
  }

  return {
    id: 'pipedrive',
    name: 'Pipedrive',
    personTypes: ['person', 'persons'],
    groupTypes: ['deal', 'deals', 'organization', 'organizations'],
    offersMailCopies: true,
    readPeople: people.readPeople,
    readGroup: (account, objectType, recordId) => people.readGroup(account, objectType.replace(/s$/, ''), recordId),
    findByAddress: people.findByAddress,
    readChanges: people.readChanges,
    listOwners,
    /** The fields, and with a public address the webhooks: a refusal of the one does not keep the other from being made. */
    async ensureFields(account) {
      let refused: CrmRefused | null = null;
      try {
        await fieldTools.codes.ensure(account);
      } catch (error) {
        if (!(error instanceof CrmRefused)) throw error;
        refused = error;
      }
      const { publicUrl } = config;
      if (publicUrl !== null) await ensureHooks({ ...config, publicUrl }, api, account);
      if (refused) throw refused;
    },
    logEmails: (account, mails) => logEmails(activityTools, account, mails),
    writeFields: (account, rows) => writeFields(fieldTools, account, rows),
    writeTasks: (account, tasks) => writeTasks(activityTools, account, tasks),
    automation: createAutomation(fieldTools),
    parseNotices,
    // People work under the company's own domain, where its API is too.
    recordUrl: ({ apiUrl }: { accountId: string } & Partial<Pick<CrmAccount, 'apiUrl'>>, recordId) =>
      `${apiUrl ?? 'https://app.pipedrive.com'}/person/${encodeURIComponent(recordId)}`,
  };
}
