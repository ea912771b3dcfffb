/** A CRM as its people use it: the card's requests as that CRM sends them, its workflow, and what the record shows. */
import type { AutomationView, ContactCard } from '@salesos/shared/cards.ts';
import type { CrmView } from '../sandbox/crm-views/crm-view.ts';
import { createHubSpotView } from '../sandbox/crm-views/hubspot.ts';
import { createPipedriveView } from '../sandbox/crm-views/pipedrive.ts';
import { createSalesforceView } from '../sandbox/crm-views/salesforce.ts';
import { apiOrigin } from '../sandbox/on-fakes.ts';
import type { CrmName } from '../sandbox/page-api.ts';
import { createPipedrivePages } from '../sandbox/pipedrive-pages.ts';
import { company, portal, prospectsIn } from '../sandbox/story/index.ts';
import type { OpenApp } from '../testing/open-app.ts';

export interface Entrance {
  name: string;
  view: CrmView;
  recordId(address: string): string;
  /** A colleague notes somebody down without an address. */
  addWithoutAddress(): string;
  /** A request of the card that is open on this person's record. */
  ask(path: string, recordId: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }>;
  /** The same by somebody who is not that CRM: with a signature, key or session that is made up. */
  forge(path: string, recordId: string): Promise<number>;
  /** A workflow's action, as that CRM runs it: what came back. */
  act(action: string, recordId: string, sequence: { id: string; name: string }): Promise<Record<string, unknown>>;
}

type Answer = { status: number; body: Record<string, unknown> };

async function post(url: string, body: object, headers: Record<string, string>): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

export const entrances: Record<CrmName, (app: OpenApp) => Entrance> = {
  hubspot(app) {
    const { hubspot, origin } = app;
    return {
      name: 'HubSpot',
      view: createHubSpotView(hubspot, portal.id, apiOrigin),
      recordId: recordsOf(app, 'hubspot'),
      addWithoutAddress: () => hubspot.portal(portal.id).createContact({ firstname: 'Lee', lastname: 'Stone' }),
      async ask(path, recordId, body = {}) {
        const who = { portalId: portal.id, userId: portal.userId };
        const content = { objectType: '0-1', recordId, ...body };
        const answer = await hubspot.signedFetch(who, apiOrigin + path, { method: 'POST', body: content });
        return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
      },
      forge: async (path, recordId) => {
        const query = `?portalId=${portal.id}&userId=${portal.userId}&userEmail=robin%40northwind-tools.example`;
        const forged = {
          'X-HubSpot-Signature-V3': Buffer.alloc(32, 1).toString('base64'),
          'X-HubSpot-Request-Timestamp': String(app.clock.now().getTime()),
        };
        return (await post(origin + path + query, { objectType: '0-1', recordId }, forged)).status;
      },
      async act(action, recordId, { id }) {
        const call = { actionUrl: `${apiOrigin}/hubspot/actions/${action}`, objectProperties: ['email'] };
        return (await hubspot.workflows.run(portal.id, call, recordId, { sequenceId: id })).outputFields;
      },
    };
  },

  salesforce(app) {
    const { salesforce, origin } = app;
    const user = salesforce.org.users()[0]!;
    const flow = 'A flow';
    return {
      name: 'Salesforce',
      view: createSalesforceView(salesforce),
      recordId: recordsOf(app, 'salesforce'),
      addWithoutAddress: () => salesforce.org.create('Contact', { FirstName: 'Lee', LastName: 'Stone' }),
      async ask(path, recordId, body = {}) {
        const answer = await salesforce.callBackend(user.id, path, { objectType: 'Contact', recordId, ...body });
        return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
      },
      forge: async (path, recordId) => {
        const forged = {
          Authorization: `Bearer sfo_${'A'.repeat(43)}`,
          'SalesOS-Org-Id': salesforce.org.id,
          'SalesOS-User-Id': user.id,
          'SalesOS-User-Email': user.email,
        };
        return (await post(origin + path, { objectType: 'Contact', recordId }, forged)).status;
      },
      act: async (action, recordId, { id }) => {
        const run = { action, recordIds: [recordId], inputs: { sequenceId: id }, workflow: flow };
        return (await salesforce.flows.run(run)).results[0] ?? {};
      },
    };
  },

  pipedrive(app) {
    const { origin } = app;
    const controls = app.pipedrive.company(company.id);
    const pages = createPipedrivePages(controls, origin);
    let webhook: Promise<AutomationView> | null = null;
    let runs = 0;
    return {
      name: 'Pipedrive',
      view: createPipedriveView(controls, app.clock, pages.askAsAdmin),
      recordId: recordsOf(app, 'pipedrive'),
      addWithoutAddress: () => String(controls.create('person', { values: { name: 'Lee Stone' } })),
      async ask(path, recordId, body = {}) {
        const opened = { token: pages.token(), userId: pages.user.id, companyId: company.id, resource: 'person' };
        const begun = await post(`${origin}/pipedrive/session`, { ...opened, selectedIds: [recordId] }, {});
        if (begun.status !== 200) return begun;
        const session = { authorization: `Bearer ${begun.body.session}` };
        return post(origin + path, { objectType: 'person', recordId, ...body }, session);
      },
      forge: async (path, recordId) =>
        (
          await post(
            origin + path,
            { objectType: 'person', recordId },
            { authorization: `Bearer pds_${'A'.repeat(80)}` },
          )
        ).status,
      async act(action, recordId, { name }) {
        webhook ??= pages.askAsAdmin<AutomationView>('/cards/automation/rotate', {});
        const { url, userName, password } = await webhook;
        const body = { sequence: name, person_id: recordId, run_key: `run-${++runs}` };
        const run = { url, path: action, user: userName, password: password ?? '', body };
        return (await controls.runAutomation(run)).body as Record<string, unknown>;
      },
    };
  },
};

const recordsOf = (app: OpenApp, crm: CrmName) => {
  const people = new Map(prospectsIn(app).map(({ address, recordIds }) => [address, recordIds[crm]]));
  return (address: string): string => people.get(address) ?? '';
};

export async function cardOf(entrance: Entrance, address: string): Promise<ContactCard> {
  const { status, body } = await entrance.ask('/cards/contact', entrance.recordId(address));
  if (status !== 200) throw new Error(`${entrance.name}: the card answered ${status}: ${JSON.stringify(body)}`);
  return body as unknown as ContactCard;
}
