/** The exchange with the CRMs: people are read from them, and what happened is written back. */
export { ensureContact } from './ensure-contact.ts';
export type { CrmSources, PersonSummary } from './sources.ts';
export { syncProblems } from './sync-problems.ts';
export { takeNotices } from './take-notices.ts';
