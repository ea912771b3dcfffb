/** The fake Pipedrive on loopback, as the CRM contract wants it; also records every request the vendor sends. */
import { createFakePipedrive, type FakePipedriveOptions, type Plan } from '../../../sandbox/fakes/pipedrive/index.ts';
import { handClock } from '../../core/clock.ts';
import type { HttpRequest } from '../../core/http.ts';
import type { CrmHarness } from '../../crm-sync/crm.harness.ts';
import { crmFaults } from '../faults.harness.ts';
import { reachFake } from '../reach-fake.harness.ts';
import { createPipedrive, pipedriveBudget } from './vendor.ts';

export const callbackUrl = 'https://api.example.com/connect/pipedrive/callback';
export const hookUrl = 'https://api.example.com';

export type PipedriveHarness = Awaited<ReturnType<typeof createPipedriveHarness>>;

export async function createPipedriveHarness(
  sent: HttpRequest[] = [],
  options: Partial<FakePipedriveOptions> & {
    plan?: Plan;
    seats?: number;
    publicUrl?: string | null;
    calls?: number;
  } = {},
) {
  const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
  let address = '';
  const fake = createFakePipedrive({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    callbackUrl,
    scopes: ['base', 'contacts:full', 'deals:full', 'activities:full', 'users:read', 'search:read', 'admin'],
    address: () => address,
    requestsPerTwoSeconds: 5000,
    ...options,
  });
  const { url, http, settle, close } = await reachFake(fake.app, {
    clock,
    sent,
    budgets: { pipedrive: { ...pipedriveBudget, calls: options.calls ?? 5000 } },
  });
  address = url;
  const config = {
    clientId: 'client-1',
    clientSecret: 'secret-1',
    oauthUrl: address,
    publicUrl: options.publicUrl ?? null,
    sandboxApiUrl: address,
  };
  const { crm, oauth } = createPipedrive(config, http, clock);
  const company = fake.addCompany({
    id: 7001,
    name: 'Acme',
    domain: 'acme',
    plan: options.plan ?? 'ultimate',
    seats: options.seats ?? 10,
    hasContactSync: true,
    users: [
      { id: 71, name: 'Robin de Vries', email: 'rep@seller.test', isAdmin: true },
      { id: 72, name: 'Sam Regular', email: 'sam@seller.test', isAdmin: false },
    ],
  });
  // As the webhooks of a company that has been connected for long.
  for (const action of ['create', 'change', 'delete'])
    company.company.hooks.set(company.company.hooks.size + 1, {
      id: company.company.hooks.size + 1,
      userId: 71,
      subscriptionUrl: `${hookUrl}/elsewhere`,
      eventAction: action,
      eventObject: 'person',
      name: 'seeded',
      user: null,
      password: null,
      failures: 0,
      bannedUntil: 0,
      failingSince: null,
    });
  let tokens = company.install();
  const refreshToken = tokens.refresh_token;
  let isRemoved = false;
  const idOf = Number;

  const harness: CrmHarness = {
    vendor: crm,
    account: {
      tenantId: 'tenant',
      connectionId: 'connection',
      accountId: '7001',
      apiUrl: address,
      // As tenants do it: a refused token is asked for anew, and a grant that is gone says so.
      token: async (refused) => {
        if (refused !== undefined && isRemoved) await oauth.refresh(refreshToken, '7001');
        return tokens.access_token;
      },
    },
    owner: { ownerId: '71', userId: '71', email: 'rep@seller.test', name: 'Robin de Vries' },
    addPerson: ({ email, firstName, lastName, jobTitle, country, ownerId, optedOut }) =>
      String(
        company.create('person', {
          values: {
            name: [firstName, lastName].filter(Boolean).join(' ') || 'Unnamed',
            ...(email ? { emails: [{ value: email, primary: true }] } : {}),
            ...(jobTitle ? { job_title: jobTitle } : {}),
            ...(country ? { postal_address: { country } } : {}),
            ...(ownerId ? { owner_id: Number(ownerId) } : {}),
            ...(optedOut ? { marketing_status: 'unsubscribed' } : {}),
          },
        }),
      ),
    addAddress: (id, value) => {
      const emails = company.record('person', idOf(id)).values.emails as { value: string; primary: boolean }[];
      company.change('person', idOf(id), { values: { emails: [...emails, { value, primary: false }] } });
    },
    changePerson: (id, firstName) => company.change('person', idOf(id), { values: { name: `${firstName} Ng` } }),
    giveCompany: (id, name) => {
      const organization = company.create('organization', { values: { name } });
      company.change('person', idOf(id), { values: { org_id: organization } });
      return String(organization);
    },
    mergePeople: (kept, other) => String(company.mergePeople(idOf(kept), idOf(other))),
    deletePerson: (id) => company.remove('person', idOf(id)),
    erasePerson: (id) => company.remove('person', idOf(id)),
    timeline: (id) =>
      company.timeline(idOf(id)).map(({ id, values }) => {
        const { from, to, text } = readNote(String(values.note));
        return {
          id: String(id),
          at: `${values.due_date}T${values.due_time}:00.000Z`,
          direction: from.endsWith('seller.test') ? 'outgoing' : 'incoming',
          subject: String(values.subject),
          text,
          // Only the text is logged; it is shown as a paragraph.
          html: `<p>${text}</p>`,
          from,
          to,
          ownerId: values.owner_id ? String(values.owner_id) : null,
        };
      }),
    companyTimelineLength: (id) => company.activitiesOf(idOf(id)).length,
    mailCount: () => company.activities().filter(({ values }) => values.type === 'email').length,
    fieldsOf: (id) => {
      const values = company.fieldValues(idOf(id));
      return {
        score: values['SalesOS score'] ?? '',
        tier: values['SalesOS tier'] ?? '',
        lastEngagedAt: values['SalesOS last engaged'] ?? '',
        sequenceStatus: values['SalesOS sequence status'] ?? '',
        statusReason: values['SalesOS status reason'] ?? '',
      };
    },
    notices: company.takeEvents,
    nextCall: (call, trouble) =>
      fake.faults.next({
        ...crmFaults[trouble],
        match: ({ method, path }) => call === 'anyRead' || (method === 'POST' && path === '/api/v2/activities'),
      }),
    settle,
    exhaustRateLimit: async () => {
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      for (let call = 0; call < 5000; call += 1) await fake.app.request('/api/v2/persons/1', { headers });
    },
    expireToken: () => clock.advance(3600),
    renewToken: () => {
      tokens = company.install();
    },
    removeApp: () => {
      isRemoved = true;
      void company.uninstall(71, false);
    },
    refusePeopleNamed: (firstName, message) =>
      company.addRule({ on: 'person', message, refuses: (values) => values.first_name === firstName }),
    refuseMailsNamed: (subject, message) =>
      company.addRule({ on: 'activity', message, refuses: (values) => values.subject === subject }),
    addGroup: (name, recordIds) => {
      const organization = company.create('organization', { values: { name } });
      for (const id of recordIds) company.change('person', idOf(id), { values: { org_id: organization } });
      return { objectType: 'organization', recordId: String(organization) };
    },
    tasksOf: (id) =>
      company
        .timeline(idOf(id))
        .filter(({ values }) => values.type === 'task')
        .map(({ id, values }) => ({
          id: String(id),
          title: String(values.subject),
          note: String(values.note),
          dueAt: `${values.due_date}T${values.due_time}:00.000Z`,
          isDone: values.done === true,
          ownerId: values.owner_id ? String(values.owner_id) : null,
        })),
    removeField: () => company.removeField('SalesOS score'),
    makeReadOnly: null,
    uniqueAddresses: false,
    lacks: ['time_zone', 'time_of_day', 'erasure', 'records_without_owner', 'deleted_in_changes'],
    requestCount: () => sent.length,
    wait: clock.advance,
    close,
  };
  return { ...harness, fake, company, oauth, clock, http, config, address };
}

/** The parts of a note as a colleague reads them. */
function readNote(note: string): { from: string; to: string; text: string } {
  const plain = (html: string) =>
    html
      .replaceAll('<br>', '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
  const [, from = '', to = '', body = ''] = /^<p>From: (.*?)<br>To: (.*?)<\/p>(.*)<p>[^<]*<\/p>$/s.exec(note) ?? [];
  const address = (text: string) => /<([^<>]*)>$/.exec(plain(text))?.[1] ?? plain(text);
  return { from: address(from), to: address(to), text: plain(body) };
}
