import type { PersonFromCrm } from './index.ts';

/** A person as a CRM shows one, of whom nothing is known but what a test says. */
export const personFromCrm = (recordId: string, change: Partial<PersonFromCrm> = {}): PersonFromCrm => ({
  recordId,
  objectType: '0-1',
  addresses: [],
  firstName: null,
  lastName: null,
  jobTitle: null,
  companyName: null,
  ownerId: null,
  timeZone: null,
  country: null,
  mailCopyTo: null,
  properties: {},
  ...change,
});
