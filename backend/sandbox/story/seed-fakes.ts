/** Fills the fakes: the same people in three CRMs, and the rep's mailboxes. */
import type { OnFakes } from '../on-fakes.ts';
import { company, mailPassword, otherMailboxes, people, portal, rep } from './cast.ts';

type Fakes = Pick<OnFakes, 'hubspot' | 'salesforce' | 'pipedrive' | 'google' | 'microsoft' | 'mailServer'>;

export function seedFakes(fakes: Fakes): void {
  const { google, microsoft, mailServer } = fakes;
  const name = `${rep.firstName} ${rep.lastName}`;
  google.addMailbox(rep.email, name);
  microsoft.addMailbox(otherMailboxes.microsoft, name);
  mailServer.addMailbox(otherMailboxes.smtp, name, mailPassword);
  seedHubSpot(fakes);
  seedSalesforce(fakes);
  seedPipedrive(fakes);
}

function seedHubSpot({ hubspot }: Fakes): void {
  const controls = hubspot.addPortal({ ...portal, users: [rep] });
  for (const { startsBy: _, zone: __, ...properties } of people) {
    const companyId = controls.createCompany({ name: properties.company, country: properties.country });
    const recordId = controls.createContact({ ...properties, hubspot_owner_id: rep.ownerId });
    controls.setCompany(recordId, companyId);
  }
}

function seedSalesforce({ salesforce: { org } }: Fakes): void {
  const ownerId = org.users()[0]!.id;
  for (const person of people) {
    const accountId = org.create('Account', { Name: person.company });
    org.create('Contact', {
      FirstName: person.firstname,
      LastName: person.lastname,
      Email: person.email,
      Title: person.jobtitle,
      Phone: person.phone,
      MailingCity: person.city,
      MailingCountry: person.country,
      AccountId: accountId,
      OwnerId: ownerId,
    });
  }
}

function seedPipedrive({ pipedrive }: Fakes): void {
  const user = { id: rep.userId, name: `${rep.firstName} ${rep.lastName}`, email: rep.email, isAdmin: true };
  const controls = pipedrive.addCompany({ ...company, users: [user] });
  for (const person of people) {
    const organization = controls.create('organization', { values: { name: person.company } });
    const values = {
      name: `${person.firstname} ${person.lastname}`,
      emails: [{ value: person.email, label: 'work', primary: true }],
      phones: [{ value: person.phone, label: 'work', primary: true }],
      org_id: organization,
      owner_id: user.id,
    };
    const personId = controls.create('person', { values });
    controls.create('deal', {
      values: {
        title: `${person.company}: tool cabinets`,
        person_id: personId,
        org_id: organization,
        owner_id: user.id,
      },
    });
  }
}
