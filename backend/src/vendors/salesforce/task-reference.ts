/**
 * Tasks have no field for our key that every org has, so it is the last line of the description. Descriptions cannot be
 * searched; the person's tasks are read instead.
 */
import { z } from 'zod';
import { inParts } from '../../core/in-parts.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';
import { soql } from './soql.ts';

const longestDescription = 32_000;
const peoplePerQuery = 100;
const label = 'SalesOS reference:';
const taskRow = z.object({ Id: z.string(), Description: z.string().nullish() });

export function referenceText(text: string, key: string): string {
  const line = `\n\n${label} ${key}`;
  return text.slice(0, longestDescription - line.length).toWellFormed() + line;
}

/** Task ids by our key, of the tasks that are there already and were made after a moment. */
export async function findTasks(
  api: SalesforceApi,
  account: CrmAccount,
  subtype: 'Email' | 'Task',
  wanted: { key: string; whoId: string }[],
  since: Date,
): Promise<Map<string, string>> {
  const keys = new Set(wanted.map(({ key }) => key));
  const found = new Map<string, string>();
  for (const whoIds of inParts([...new Set(wanted.map(({ whoId }) => whoId))], peoplePerQuery)) {
    const text = soql`SELECT Id, Description FROM Task WHERE WhoId IN ${whoIds} AND TaskSubtype = ${subtype} AND CreatedDate >= ${since}`;
    for (const { Id, Description } of await api.query(account, text, taskRow, { isBackground: true })) {
      const key = Description?.split(label).at(-1)?.trim() ?? '';
      if (keys.has(key)) found.set(key, Id);
    }
  }
  return found;
}
