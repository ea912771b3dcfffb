/** A person's record in one of the CRMs, and what its timeline holds. */
import type { CrmName, SandboxContact } from '../../../page-api.ts';
import { getRecord, getTimeline } from '../api.ts';
import { useData } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';

export function useRecord(crm: CrmName, { state }: Sandbox, person: SandboxContact) {
  const id = person.recordIds[crm];
  return {
    record: useData(`record ${crm} ${id}`, state.revision, () => getRecord(crm, id)),
    timeline: useData(`timeline ${crm} ${id}`, state.revision, () => getTimeline(crm, id)),
  };
}
