/** The story the sandbox tells: one rep, two prospects, one sequence, three CRMs. */
export { company, mailDomains, org, portal, rep } from './cast.ts';
export { prospectsIn } from './prospects.ts';
export { seedFakes } from './seed-fakes.ts';
export {
  type Account,
  addOtherCrms,
  type Colleague,
  giveMailbox,
  installApp,
  type MailProvider,
  seedTenant,
} from './seed-tenant.ts';
export { writeSequence } from './sequence.ts';
