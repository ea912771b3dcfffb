/** People as we know them: a thin copy of the CRM's records, keyed by the CRM's own ids. */
export {
  type Contact,
  contactIdsInDomain,
  contactStatuses,
  findByAddresses,
  findByRecord,
  getContact,
  getContacts,
  listContacts,
  normaliseAddress,
  recordReadAt,
  templateVariables,
} from './contact.ts';
export { countryCode } from './country.ts';
export { deleteByRecord } from './delete-record.ts';
export { mergeRecords } from './merge.ts';
export { readCopyAddresses as copyAddressesOf } from './queries.ts';
export { answerSamePerson, type SamePersonQuestion, samePersonQuestions } from './same-person.ts';
export { type PersonFromCrm, saveFromCrm } from './save-from-crm.ts';
