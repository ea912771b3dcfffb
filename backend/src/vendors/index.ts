import type { SurfaceVerifier, WorkflowFormat } from '../api/surface.ts';
import type { Clock } from '../core/clock.ts';
import type { Sockets } from '../core/ctx.ts';
import type { Http } from '../core/http.ts';
import { createGoogle, type GoogleConfig, googleBudget } from './google/vendor.ts';
import { createHubSpot, type HubSpotConfig, hubspotBudget } from './hubspot/vendor.ts';

export interface VendorConfig {
  hubspot: HubSpotConfig;
  google: GoogleConfig;
}

/** Our own allowances per account, below the vendors'. */
export const vendorBudgets = { hubspot: hubspotBudget, google: googleBudget };

/** The list: one line per vendor. An absent field means that it cannot. */
export function createVendors(config: VendorConfig, http: Http, clock: Clock) {
  const vendors = [createHubSpot(config.hubspot, http, clock), createGoogle(config.google, http)];
  const sockets: Sockets = { oauth: new Map(), mailboxes: new Map(), crms: new Map() };
  const surfaces: { verifier: SurfaceVerifier; workflow: WorkflowFormat }[] = [];
  for (const vendor of vendors) {
    sockets.oauth.set(vendor.id, vendor.oauth);
    if ('mailbox' in vendor) sockets.mailboxes.set(vendor.id, vendor.mailbox);
    if ('crm' in vendor) sockets.crms.set(vendor.id, vendor.crm);
  }
  return { sockets, surfaces };
}
