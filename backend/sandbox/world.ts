/** The sandbox's world: the fakes and the backend put together behind the page. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createClockDrive, type DrivenClock, type Due } from './clock-drive.ts';
import type { FakeHubSpot } from './fakes/hubspot/index.ts';
import type { ExtensionKind, LogEntry, SandboxContact, SandboxWorld } from './page-api.ts';
import { createPortalView } from './portal-view.ts';
import type { ProspectInbox } from './prospect-inbox.ts';

export interface WorldParts {
  clock: DrivenClock;
  hubspot: FakeHubSpot;
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
  const { clock, hubspot, inbox, backend, portal, contacts } = parts;
  const drive = createClockDrive({ clock, settle: backend.settle, nextDue: backend.nextDue });
  const view = createPortalView(hubspot, portal.id, parts.apiOrigin);
  const user = hubspot.portal(portal.id).users.find((one) => one.userId === portal.userId);
  if (!user) throw new Error(`portal ${portal.id} has no user ${portal.userId}`);

  async function revision(): Promise<string> {
    const seen = createHash('sha1');
    const log = await backend.log();
    seen.update(JSON.stringify([log.length, log[0]?.id, hubspot.workflows.runs.length]));
    for (const { recordId, address } of contacts) {
      seen.update(JSON.stringify([view.record(recordId), view.timeline(recordId).length, inbox.count(address)]));
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
        records: contacts,
      };
    },
    moveClock: (move) => drive.move(move),
    log: backend.log,
    record: async (recordId) => view.record(recordId),
    async setProperties(recordId, properties) {
      const record = view.setProperties(recordId, properties);
      await drive.settle();
      return record;
    },
    timeline: async (recordId) => view.timeline(recordId),
    inbox: inbox.list,
    mail: inbox.detail,
    async act(mailId, act) {
      const sentence = await inbox.act(mailId, act);
      await drive.settle();
      return sentence === null ? null : { sentence };
    },
    workflow: view.workflow,
    async runWorkflow({ recordId, sequenceId }) {
      const run = await view.runWorkflow(recordId, sequenceId);
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
    extension: (kind) => readFile(new URL(bundles[kind], parts.bundleFolder), 'utf8').catch(() => null),
  };
}
