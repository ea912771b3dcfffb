/** What each CRM calls things. */
import type { CrmName } from '../../../page-api.ts';

interface CrmWords {
  name: string;
  /** What our surface is there, and where to find it. */
  surface: string;
  surfaceThere: string;
  /** Who runs our action when nobody clicks. */
  workflow: string;
  aWorkflow: string;
  /** Why the backend believes a request of the workflow. */
  proof: string;
  request: string;
  notLogged: string;
  owner: string;
  /** Shown with the record, and not its own to edit. */
  readOnly: readonly string[];
}

export const crmWords: Record<CrmName, CrmWords> = {
  hubspot: {
    name: 'HubSpot',
    surface: 'Card',
    surfaceThere: 'the record’s SalesOS card',
    workflow: 'workflow',
    aWorkflow: 'a workflow',
    proof: 'The request is signed with the app’s secret, exactly as HubSpot does it; the backend checks that.',
    request: 'The signed request',
    notLogged: 'Nothing logged yet. Sent mails and replies appear here, written by SalesOS through HubSpot’s API.',
    owner: 'Contact owner',
    readOnly: [],
  },
  salesforce: {
    name: 'Salesforce',
    surface: 'Lightning component',
    surfaceThere: 'the SalesOS card of the record',
    workflow: 'flow',
    aWorkflow: 'a flow',
    proof: 'Apex calls out through the named credential, which adds the org’s key; the backend checks it and the org.',
    request: 'The callout',
    notLogged: 'Nothing logged yet. Sent mails and replies appear here as activity, written through Salesforce’s API.',
    owner: 'Contact Owner',
    readOnly: ['AccountName'],
  },
  pipedrive: {
    name: 'Pipedrive',
    surface: 'App panel',
    surfaceThere: 'the SalesOS panel of the person',
    workflow: 'automation',
    aWorkflow: 'an automation',
    proof: 'The automation’s webhook sends the name and secret from our settings page; the backend checks them.',
    request: 'The webhook',
    notLogged: 'Nothing logged yet. Sent mails and replies appear here as done activities, written by SalesOS.',
    owner: 'Owner',
    readOnly: ['phone', 'organization'],
  },
};
