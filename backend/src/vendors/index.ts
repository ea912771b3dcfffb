import type { Surface } from '../api/surface.ts';
import type { Clock } from '../core/clock.ts';
import type { Sockets } from '../core/ctx.ts';
import type { Http } from '../core/http.ts';
import { createGoogle, type GoogleConfig, googleBudget } from './google/vendor.ts';
import {
  createHubSpot,
  createHubSpotSurface,
  type HubSpotConfig,
  hubspotBudget,
  hubspotWorkflow,
} from './hubspot/vendor.ts';
import { createMicrosoft, type MicrosoftConfig, microsoftBudget } from './microsoft/vendor.ts';
import { createPipedrive, type PipedriveConfig, pipedriveBudget } from './pipedrive/vendor.ts';
import { createSalesforce, type SalesforceConfig, salesforceBudget } from './salesforce/vendor.ts';
import { createMailServers } from './smtp/vendor.ts';

export interface VendorConfig {
  /** A CRM is absent where this installation has no app there. `publicBaseUrl`: where HubSpot calls us, and what it signs. */
  hubspot?: HubSpotConfig & { publicBaseUrl: string };
  salesforce?: SalesforceConfig;
  pipedrive?: PipedriveConfig;
  google: GoogleConfig;
  /** Where public DNS is asked about the domains that mail is sent from. */
  dns: Sockets['dns'];
  /** Absent where this installation has no app at Microsoft: then Outlook cannot be connected. */
  microsoft?: MicrosoftConfig;
}

/** Our own allowances per account, below the vendors'. */
export const vendorBudgets = {
  hubspot: hubspotBudget,
  salesforce: salesforceBudget,
  pipedrive: pipedriveBudget,
  google: googleBudget,
  microsoft: microsoftBudget,
};

/** The list: one line per vendor. An absent field means that it cannot. */
export function createVendors(config: VendorConfig, http: Http, clock: Clock, loopbackOnly: boolean) {
  const google = createGoogle(config.google, http);
  const microsoft = config.microsoft && createMicrosoft(config.microsoft, http);
  const mailServers = createMailServers({ clock, loopbackOnly }, http);
  const pipedrive = config.pipedrive && createPipedrive(config.pipedrive, http, clock);
  const crms = [
    config.hubspot && createHubSpot(config.hubspot, http, clock),
    config.salesforce && createSalesforce(config.salesforce, http, clock),
    pipedrive,
  ];
  const vendors = [...crms, google, mailServers, microsoft].filter((vendor) => vendor !== undefined);
  const sockets: Sockets = { oauth: new Map(), mailboxes: new Map(), crms: new Map(), dns: config.dns };
  // Only HubSpot signs with the app's own secret; the others' keys are kept per account, where api/ looks them up.
  const surfaces: Surface[] = config.hubspot
    ? [{ verifier: createHubSpotSurface(config.hubspot, clock), workflow: hubspotWorkflow }]
    : [];
  for (const vendor of vendors) {
    sockets.oauth.set(vendor.id, vendor.oauth);
    if ('mailbox' in vendor) sockets.mailboxes.set(vendor.id, vendor.mailbox);
    if ('crm' in vendor) sockets.crms.set(vendor.id, vendor.crm);
  }
  return {
    sockets,
    surfaces,
    /** By what Pipedrive's own requests are known. */
    pipedrive: pipedrive?.app,
    verifyPush: google.verifyPush,
    verifyNotice: microsoft?.verifyNotice ?? null,
    tryServers: mailServers.tryServers,
    /** Tells of a mailbox whose server said that something arrived, by its vendor and address. */
    onNews: (tell: (vendor: string, address: string) => void) =>
      mailServers.onNews((address) => tell(mailServers.id, address)),
    close: mailServers.close,
  };
}
