/** The sandbox's world: the fakes and the backend put together behind the page. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createClockDrive, type DrivenClock, type Due } from './clock-drive.ts';
import type { CrmView } from './crm-views/crm-view.ts';
import { createHubSpotView } from './crm-views/hubspot.ts';
import { createPipedriveView } from './crm-views/pipedrive.ts';
import { createSalesforceView } from './crm-views/salesforce.ts';
import type { FakeHubSpot } from './fakes/hubspot/index.ts';
import type { CompanyControls } from './fakes/pipedrive/index.ts';
import type { FakeSalesforce } from './fakes/salesforce/index.ts';
import { runApex } from './package-apex.ts';
import {
  type CrmName,
  crmNames,
  type ExtensionKind,
  type LogEntry,
  type SandboxContact,
  type SandboxWorld,
} from './page-api.ts';
import { createPipedrivePages } from './pipedrive-pages.ts';
import type { ProspectInbox } from './prospect-inbox.ts';

export interface WorldParts {
  clock: DrivenClock;
  hubspot: FakeHubSpot;
  salesforce: FakeSalesforce;
  /** The account's company in Pipedrive. */
  company: CompanyControls;
  inbox: ProspectInbox;
  backend: {
    /** Where a browser reaches it, as in "http://127.0.0.1:3000". */
    origin: string;
    /** Delivers what the fakes have to say and works off everything due at the clock's time. */
    settle(): Promise<void>;
    nextDue(): Promise<Due | null>;
    /** Facts and decisions, newest first. */
    log(): Promise<LogEntry[]>;
  };
  portal: { id: number; timeZone: string; userId: number; appId: number; appName: string };
  /** The public https origin by which HubSpot and the card know the backend. */
  apiOrigin: string;
  contacts: SandboxContact[];
  /** Where Sidebar.js, Tab.js and Settings.js were built to. */
  bundleFolder: URL;
}

const bundles: Record<ExtensionKind, string> = { sidebar: 'Sidebar.js', tab: 'Tab.js', settings: 'Settings.js' };

/** `stop` ends a running clock. */
export function createSandboxWorld(parts: WorldParts): SandboxWorld & { stop(): void } {
  const { clock, hubspot, salesforce, company, inbox, backend, portal, contacts } = parts;
  const drive = createClockDrive({ clock, settle: backend.settle, nextDue: backend.nextDue });
  const pipedrive = createPipedrivePages(company, backend.origin);
  const views: Record<CrmName, CrmView> = {
    hubspot: createHubSpotView(hubspot, portal.id, parts.apiOrigin),
    salesforce: createSalesforceView(salesforce),
    pipedrive: createPipedriveView(company, clock, pipedrive.askAsAdmin),
  };
  const user = hubspot.portal(portal.id).users.find((one) => one.userId === portal.userId);
  if (!user) throw new Error(`portal ${portal.id} has no user ${portal.userId}`);

  const [salesforceUser] = salesforce.org.users();

  /** The page knows a person by the record in HubSpot, whichever CRM a fact came from. */
  const asPerson = (entry: LogEntry): LogEntry => ({
    ...entry,
    recordId:
      contacts.find(({ recordIds }) => Object.values(recordIds).some((id) => id === entry.recordId))?.recordId ?? null,
  });

  async function revision(): Promise<string> {
    const seen = createHash('sha1');
    const log = await backend.log();
    seen.update(JSON.stringify([log.length, log[0]?.id, crmNames.map((crm) => views[crm].countRuns())]));
    for (const { recordIds, address } of contacts) {
      seen.update(JSON.stringify(inbox.count(address)));
      for (const crm of crmNames) {
        const { record, timeline } = views[crm];
        seen.update(JSON.stringify([record(recordIds[crm]), timeline(recordIds[crm]).length]));
      }
    }
    return seen.digest('base64url');
  }

  return {
    backendOrigin: backend.origin,
    stop: drive.stop,
    async state() {
      const due = await backend.nextDue();
      return {
        clock: {
          now: clock.now().toISOString(),
          timeZone: portal.timeZone,
          speed: drive.speed(),
          nextDue: due && { at: due.at.toISOString(), what: due.what },
        },
        revision: await revision(),
        backendOrigin: backend.origin,
        hubspot: {
          portalId: portal.id,
          timeZone: portal.timeZone,
          appId: portal.appId,
          appName: portal.appName,
          user: { id: user.userId, email: user.email, firstName: user.firstName, lastName: user.lastName },
          variables: { API_ORIGIN: parts.apiOrigin },
        },
        salesforce: {
          orgName: salesforce.org.name,
          timeZone: portal.timeZone,
          userName: `${salesforceUser?.firstName} ${salesforceUser?.lastName}`,
        },
        pipedrive: {
          companyId: company.company.id,
          companyName: company.company.name,
          userId: pipedrive.user.id,
          userName: pipedrive.user.name,
        },
        records: contacts,
      };
    },
    moveClock: (move) => drive.move(move),
    log: async () => (await backend.log()).map(asPerson),
    record: async (crm, recordId) => views[crm].record(recordId),
    async setProperties(crm, recordId, properties) {
      const record = views[crm].setProperties(recordId, properties);
      await drive.settle();
      return record;
    },
    timeline: async (crm, recordId) => views[crm].timeline(recordId),
    inbox: inbox.list,
    mail: inbox.detail,
    async act(mailId, act) {
      const sentence = await inbox.act(mailId, act);
      await drive.settle();
      return sentence === null ? null : { sentence };
    },
    workflow: (crm) => views[crm].workflow(),
    async runWorkflow(crm, { recordId, sequenceId }) {
      const run = await views[crm].runWorkflow(recordId, sequenceId);
      await drive.settle();
      return run;
    },
    async hubspotFetch({ url, method, body, timeoutSeconds }) {
      const who = { portalId: portal.id, userId: portal.userId };
      const request = { method, timeoutMilliseconds: timeoutSeconds * 1000, ...(body ? { body } : {}) };
      const answer = await hubspot.signedFetch(who, url, request);
      const text = await answer.text();
      // The card gets its answer at once, as in HubSpot; what it set off goes on behind it.
      void drive.settle().catch(() => undefined);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
    },
    async apex(call) {
      const answer = await runApex(salesforce, backend.origin, call);
      void drive.settle().catch(() => undefined);
      return answer;
    },
    pipedriveToken: async () => pipedrive.token(),
    extension: (kind) => readFile(new URL(bundles[kind], parts.bundleFolder), 'utf8').catch(() => null),
  };
}
