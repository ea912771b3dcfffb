/** Mails that reach a person's Smart BCC address are shown on the person's page. */
import { headerOf } from '../rfc822.ts';
import type { Company, CrmRecord, World } from './world.ts';

const domain = 'pipedrivemail.example';

/** True for an address at which this fake, and no person, takes mail. */
export const isSmartBcc = (address: string): boolean => address.toLowerCase().endsWith(`@${domain}`);

export const smartBccOf = (company: Company, { id }: Pick<CrmRecord, 'id'>): string | null =>
  company.hasSmartBcc ? `${company.domain}+person${id}@${domain}` : null;

/** Oldest first. */
export const copiesOf = ({ options }: World, company: Company, personId: number) =>
  (options.inboxes?.of(smartBccOf(company, { id: personId }) ?? '') ?? []).map(({ at, from, raw }) => ({
    at,
    from,
    to: headerOf(raw, 'To') ?? '',
    subject: headerOf(raw, 'Subject') ?? '',
    raw,
  }));
