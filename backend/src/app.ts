import type { ConstructorOptions } from 'pg-boss';
import { automationJobs, automationReactions } from './api/automation-jobs.ts';
import { pipedriveSurface } from './api/pipedrive-surface.ts';
import { salesforceSurface } from './api/salesforce-surface.ts';
import { createApi } from './api/server.ts';
import * as compliance from './compliance/wakeups.ts';
import type { Clock } from './core/clock.ts';
import type { Settings, System } from './core/ctx.ts';
import type { OpenDatabase } from './core/db.ts';
import { type Reaction, reactionJob, reactionsByEvent } from './core/events.ts';
import { createHttp } from './core/http.ts';
import { type AnyJob, startJobs } from './core/jobs.ts';
import type { Logger } from './core/log.ts';
import { migrate } from './core/migrate.ts';
import type { Secrets } from './core/secrets.ts';
import { startWakeups, type Wakeup } from './core/wakeups.ts';
import * as crmSync from './crm-sync/wakeups.ts';
import { getInbound, nudgeMailbox, sentContent } from './email/index.ts';
import * as email from './email/wakeups.ts';
import * as engagement from './engagement/wakeups.ts';
import { personSummaries } from './person-summaries.ts';
import * as scoring from './scoring/wakeups.ts';
import { sequenceTasks } from './sequence-tasks.ts';
import * as sequences from './sequences/wakeups.ts';
import * as tenants from './tenants/wakeups.ts';
import { createVendors, type VendorConfig, vendorBudgets } from './vendors/index.ts';

/** What one process is made of; tests and the sandbox hand in their own clock, database and addresses. */
export interface AppParts {
  database: OpenDatabase;
  clock: Clock;
  log: Logger;
  secrets: Secrets;
  settings: Settings;
  vendors: VendorConfig;
  /** True where every vendor lives on this machine; then nothing else is reached. */
  loopbackOnly: boolean;
  trustedProxies: number;
  vendorTimeoutSeconds?: number;
  queueClock?: NonNullable<ConstructorOptions['clock']>;
}

export interface App {
  system: System;
  api: ReturnType<typeof createApi>;
  wakeups: Wakeup[];
  /** Begins to work: jobs and wakeups. */
  startWorker(): Promise<void>;
  /** Everything that is due is looked at now: the clock has jumped. */
  nudge(): void;
  /** Finishes what was begun, hands back the rest, and closes everything. */
  stop(): Promise<void>;
}

type Parts = { jobs?: AnyJob[]; reactions?: Reaction[]; wakeups?: Wakeup[] };
const exchange: Parts = {
  ...crmSync,
  wakeups: crmSync.wakeupsWith({ sentContent, getInbound, summaries: personSummaries, tasks: sequenceTasks }),
};
/** Where a CRM's workflows can only call us: done by the API's own verbs, and repeated by jobs. */
const automation: Parts = { jobs: automationJobs, reactions: automationReactions };
export const capabilities: Parts[] = [tenants, compliance, email, sequences, engagement, scoring, exchange, automation];

/** The wiring: the only file that knows everyone. */
export async function createApp(parts: AppParts): Promise<App> {
  const { database, clock, log, secrets, settings } = parts;
  await migrate(database.db);
  const http = createHttp({
    clock,
    log,
    loopbackOnly: parts.loopbackOnly,
    budgets: vendorBudgets,
    ...(parts.vendorTimeoutSeconds ? { defaultTimeoutSeconds: parts.vendorTimeoutSeconds } : {}),
  });
  const vendors = createVendors(parts.vendors, http, clock, parts.loopbackOnly);
  const jobs = await startJobs(
    database,
    [reactionJob, ...capabilities.flatMap((part) => part.jobs ?? [])],
    log,
    parts.queueClock,
  );
  const system: System = {
    db: database.db,
    jobs,
    reactions: reactionsByEvent(capabilities.flatMap((part) => part.reactions ?? [])),
    clock,
    log,
    secrets,
    http,
    sockets: vendors.sockets,
    settings,
  };
  vendors.onNews((vendor, address) => {
    nudgeMailbox(system, vendor, address).catch((error) =>
      log.warn({ error }, 'a mailbox could not be brought forward'),
    );
  });
  const wakeups = capabilities.flatMap((part) => part.wakeups ?? []);
  let running: ReturnType<typeof startWakeups> | undefined;
  return {
    system,
    api: createApi({
      system,
      database,
      surfaces: [
        ...vendors.surfaces,
        ...[salesforceSurface, pipedriveSurface].filter(({ verifier }) => vendors.sockets.crms.has(verifier.crm)),
      ],
      pipedrive: vendors.pipedrive,
      verifyPush: vendors.verifyPush,
      verifyNotice: vendors.verifyNotice,
      tryServers: vendors.tryServers,
      trustedProxies: parts.trustedProxies,
    }),
    wakeups,
    async startWorker() {
      await jobs.work(system);
      running = startWakeups(system, wakeups);
    },
    nudge: () => running?.nudge(),
    async stop() {
      await running?.stop();
      await jobs.stop();
      vendors.close();
      await http.close();
      await database.close();
    },
  };
}
