/** The fake HubSpot on loopback, as the CRM contract wants it; also records every request the vendor sends. */
import { createFakeHubSpot, type FakeHubSpotOptions } from '../../../sandbox/fakes/hubspot/index.ts';
import { handClock } from '../../core/clock.ts';
import type { HttpRequest } from '../../core/http.ts';
import type { CrmHarness, CrmTrouble } from '../../crm-sync/crm.harness.ts';
import { reachFake } from '../reach-fake.harness.ts';
import { createHubSpot, hubspotBudget, hubspotScopes } from './vendor.ts';

const slowMilliseconds = 1500;
export const redirectUrl = 'https://api.example.com/connect/hubspot/callback';

export type HubSpotHarness = Awaited<ReturnType<typeof createHubSpotHarness>>;

export async function createHubSpotHarness(
  sent: HttpRequest[] = [],
  options: Partial<FakeHubSpotOptions> & { budget?: { calls: number; windowSeconds: number } } = {},
) {
  const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
  const fake = createFakeHubSpot({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    appId: 9,
    scopes: hubspotScopes,
    redirectUrls: [redirectUrl],
    webhookTargetUrl: null,
    ...options,
  });
  const { url, http, settle, close } = await reachFake(fake.app, {
    clock,
    sent,
    budgets: { hubspot: options.budget ?? { ...hubspotBudget, calls: 1000 } },
  });
  const config = { clientId: 'client-1', clientSecret: 'secret-1', appId: '9', apiUrl: url, appUrl: url };
  const { crm, oauth } = createHubSpot(config, http, clock);
  const portal = fake.addPortal({
    id: 123,
    name: 'Acme',
    timeZone: 'Europe/Amsterdam',
    users: [{ userId: 71, ownerId: '301', email: 'rep@seller.test', firstName: 'Robin', lastName: 'de Vries' }],
  });
  let token: string = portal.install().access_token;

  const harness: CrmHarness = {
    vendor: crm,
    account: {
      tenantId: 'tenant',
      connectionId: 'connection',
      accountId: '123',
      apiUrl: null,
      token: async () => token,
    },
    owner: { ownerId: '301', userId: '71', email: 'rep@seller.test', name: 'Robin de Vries' },
    addPerson: ({ email, firstName, lastName, jobTitle, country, timeZone, ownerId, optedOut }) =>
      portal.createContact(
        withoutEmpty({
          email,
          firstname: firstName,
          lastname: lastName,
          jobtitle: jobTitle,
          country,
          hs_timezone: timeZone?.toLowerCase().replaceAll('/', '_slash_').replaceAll('-', '_hyphen_'),
          hubspot_owner_id: ownerId,
          hs_email_optout: optedOut ? 'true' : undefined,
        }),
      ),
    addAddress: portal.addAddress,
    changePerson: (id, firstName) => portal.updateContact(id, { firstname: firstName }),
    giveCompany: (id, name) => {
      const companyId = portal.createCompany({ name });
      portal.setCompany(id, companyId);
      return companyId;
    },
    mergePeople: portal.mergeContacts,
    deletePerson: portal.deleteContact,
    erasePerson: portal.eraseContact,
    timeline: (id) =>
      portal.timeline(id).map((mail) => ({ ...mail, direction: mail.direction === 'EMAIL' ? 'outgoing' : 'incoming' })),
    companyTimelineLength: (id) => portal.companyTimeline(id).length,
    mailCount: portal.mailCount,
    fieldsOf: (id) => {
      const p = portal.contactProperties(id);
      return {
        score: p.salesos_score ?? '',
        tier: p.salesos_tier ?? '',
        lastEngagedAt: p.salesos_last_engaged_at ?? '',
        sequenceStatus: p.salesos_sequence_status ?? '',
        statusReason: p.salesos_status_reason ?? '',
      };
    },
    notices: fake.notices.take,
    nextCall: (call, trouble) =>
      fake.addFault({
        times: 1,
        kind: faults[trouble],
        ...(call === 'logEmails' ? { path: /emails\/batch\/create$/ } : {}),
      }),
    settle,
    exhaustRateLimit: async () => {
      const headers = { authorization: `Bearer ${token}` };
      for (let call = 0; call < 110; call += 1) await fake.app.request('/crm/owners/2026-09', { headers });
    },
    expireToken: () => clock.advance(1801),
    renewToken: () => {
      token = portal.install().access_token;
    },
    removeApp: portal.uninstall,
    refusePeopleNamed: (firstName, message) =>
      portal.addRule({ type: 'contacts', message, refuses: (properties) => properties.firstname === firstName }),
    refuseMailsNamed: (subject, message) =>
      portal.addRule({ type: 'emails', message, refuses: (properties) => properties.hs_email_subject === subject }),
    addGroup: null,
    tasksOf: null,
    removeField: () => portal.deleteProperty('contacts', 'salesos_score'),
    makeReadOnly: null,
    uniqueAddresses: true,
    requestCount: () => sent.length,
    wait: clock.advance,
    close,
  };
  return { ...harness, fake, portal, oauth, clock, http, apiUrl: url };
}

const faults: Record<CrmTrouble, Parameters<ReturnType<typeof createFakeHubSpot>['addFault']>[0]['kind']> = {
  server_error: { error: 503 },
  html: { html: 502 },
  garbled: 'garbled',
  slow: { slowMilliseconds },
  connection_lost: 'connection_lost',
  answer_lost: 'answer_lost',
};

function withoutEmpty(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
