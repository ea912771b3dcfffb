/** The prospects as the page shows them, with their record in each CRM. */
import type { OnFakes } from '../on-fakes.ts';
import type { SandboxContact } from '../page-api.ts';
import { company, people, portal } from './cast.ts';

export function prospectsIn({
  hubspot,
  salesforce,
  pipedrive,
}: Pick<OnFakes, 'hubspot' | 'salesforce' | 'pipedrive'>): SandboxContact[] {
  const inHubSpot = hubspot.portal(portal.id);
  const inPipedrive = pipedrive.company(company.id);
  const find = <T>(ids: T[], addressOf: (id: T) => unknown, email: string) => ids.find((id) => addressOf(id) === email);
  return people.flatMap(({ firstname, lastname, email, jobtitle, company, zone, startsBy }) => {
    const ids = {
      hubspot: find(inHubSpot.contactIds(), (id) => inHubSpot.contactProperties(id).email, email),
      salesforce: salesforce.org.people().find(({ id }) => salesforce.org.values(id).Email === email)?.id,
      pipedrive: inPipedrive.records('person').find(({ values }) => JSON.stringify(values.emails ?? '').includes(email))
        ?.id,
    };
    if (!ids.hubspot || !ids.salesforce || !ids.pipedrive) return [];
    const recordIds = { hubspot: ids.hubspot, salesforce: ids.salesforce, pipedrive: String(ids.pipedrive) };
    const name = `${firstname} ${lastname}`;
    return [
      {
        recordId: ids.hubspot,
        recordIds,
        name,
        address: email,
        jobTitle: jobtitle,
        companyName: company,
        timeZone: zone,
        startsBy,
      },
    ];
  });
}
