/** The exchange with the CRMs: people are read from them, and what happened is written back. */
export { accountToWrite } from './echoes.ts';
export { ensureContact } from './ensure-contact.ts';
export { retryPreparation } from './prepare-crm.ts';
export { queueFields } from './queue-writes.ts';
export { type Group, readGroup } from './read-group.ts';
export type { CrmSources, PersonSummary, SequenceTask } from './sources.ts';
export { syncProblems } from './sync-problems.ts';
export { takeNotices } from './take-notices.ts';
