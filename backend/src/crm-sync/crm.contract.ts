/** What every CRM must do, run against its fake. A vendor is finished when this passes. */
import { afterEach, beforeEach } from 'vitest';
import { changeCases } from './contract/changes.ts';
import { fieldCases } from './contract/fields.ts';
import { groupCases } from './contract/groups.ts';
import { limitCases } from './contract/limits.ts';
import { mailCases } from './contract/mails.ts';
import { noticeCases } from './contract/notices.ts';
import { readingCases } from './contract/reading.ts';
import { refusalCases } from './contract/refusals.ts';
import { taskCases } from './contract/tasks.ts';
import { contractWorld } from './contract/world.ts';
import type { CrmHarness } from './crm.harness.ts';

export function crmContract(name: string, createHarness: () => Promise<CrmHarness>): void {
  const world = contractWorld();
  beforeEach(async () => {
    const harness = await createHarness();
    world.written.clear();
    const noteWrite = async (recordId: string, values: Record<string, unknown>) => {
      world.written.set(recordId, { ...world.written.get(recordId), ...values });
    };
    world.crm = { ...harness, account: { ...harness.account, noteWrite } };
  });
  afterEach(() => world.crm.close());

  for (const cases of [
    readingCases,
    groupCases,
    fieldCases,
    mailCases,
    taskCases,
    limitCases,
    refusalCases,
    noticeCases,
    changeCases,
  ])
    cases(name, world);
}
