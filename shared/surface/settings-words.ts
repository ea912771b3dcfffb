/** The longer texts of the settings page, the same in every CRM. */
import type { CardRequest, SettingsView } from '../cards.ts';
import type { Choice } from './fields.ts';

export type TrackingLevel = SettingsView['trackingLevel'];

/** What each level means for the person who gets the mail. */
export const trackingLevels: Choice<TrackingLevel>[] = [
  {
    value: 'none',
    label: 'No tracking',
    description:
      'Mails carry no tracking picture and no rewritten links. Replies still stop a sequence; opens and clicks are not seen.',
  },
  {
    value: 'hygiene',
    label: 'Only the day of an open',
    description:
      'Only the day is kept, so that nobody keeps writing to an inbox that nobody reads. It is not shown on the contact and does not count in the score.',
  },
  {
    value: 'full',
    label: 'Opens and clicks',
    description:
      'Opens and clicks are shown on the contact, and those made by a person count in the score. Where the law asks for consent first, as in France and Italy, only the day is kept until the person agrees.',
  },
];

export type MailLogging = NonNullable<SettingsView['mailLogging']>;

/** What each way means, for the rep who opens a person and for what is seen of the mails. */
export const mailLoggings: Choice<MailLogging>[] = [
  {
    value: 'activities',
    label: 'As activities',
    description:
      'SalesOS logs each sent mail as a done activity on the person. Opens and clicks are tracked as set above.',
  },
  {
    value: 'smart_bcc',
    label: 'As mails, by Smart BCC',
    description:
      'Each mail also goes to the person’s Smart BCC address as a blind copy, and Pipedrive shows the mail itself. These mails are not tracked for opens and clicks: a colleague who reads the copy in Pipedrive would count as the person. A rep who syncs their mailbox with Pipedrive both ways would see each mail twice. People without such an address still get activities. Applies to mails that are put in line from now on.',
  },
];

export type MailboxKind = CardRequest<'/cards/mailboxes/connect'>['vendor'];

export const mailboxKinds = {
  google: {
    connect: 'Connect Gmail',
    open: 'Open Google in a new tab',
    next: 'Sign in at Google and allow SalesOS to send and read mail. Then come back and press Refresh.',
  },
  microsoft: {
    connect: 'Connect Outlook',
    open: 'Open Microsoft in a new tab',
    next: 'Sign in at Microsoft and allow SalesOS to send and read mail. Then come back and press Refresh.',
  },
  smtp: {
    connect: 'Connect another mailbox (IMAP)',
    open: 'Open the form in a new tab',
    next: 'Enter the mail servers and the password in the form, which tests them. Then come back and press Refresh.',
  },
} as const;

/** A kind this page does not know yet is offered as any other mailbox. */
export const asKind = (vendor: string): MailboxKind => (vendor in mailboxKinds ? (vendor as MailboxKind) : 'smtp');

/** The zones this browser knows, and the one in use even where the browser does not know it. */
export function timeZones(inUse: string): { label: string; value: string }[] {
  const names = new Set([inUse, 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [...names].sort().map((name) => ({ label: name.replaceAll('_', ' '), value: name }));
}

/** The CRMs that can share an account, in the order they are offered. */
export const crmNames = { hubspot: 'HubSpot', salesforce: 'Salesforce', pipedrive: 'Pipedrive' } as const;
export type CrmId = CardRequest<'/cards/crms/connect'>['crm'];

/** The ways to connect another CRM than those that are connected. */
export function waysToConnect(crms: SettingsView['crms']) {
  const connected = new Set(crms.filter(({ status }) => status === 'connected').map(({ crm }) => crm));
  const ways = (Object.keys(crmNames) as CrmId[]).filter((crm) => !connected.has(crm)).map((crm) => wayTo(crm));
  const sandbox = connected.has('salesforce') ? [] : [wayTo('salesforce', 'test')];
  return [...ways, ...sandbox];
}

function wayTo(crm: CrmId, host?: 'test') {
  const name = host ? 'a Salesforce sandbox' : crmNames[crm];
  return {
    id: host ? `${crm}-${host}` : crm,
    label: `Connect ${name}`,
    open: `Open ${crmNames[crm]} in a new tab`,
    next: `Sign in at ${crmNames[crm]} as an admin and allow SalesOS. Then come back and press Refresh.`,
    request: { crm, ...(host ? { host } : {}) },
  };
}

/** How a state is called, and how it looks: each CRM has a colour for each tone. */
export interface Status {
  label: string;
  tone: 'success' | 'warning' | 'danger' | 'neutral';
}

export const crmStatuses: Record<SettingsView['crms'][number]['status'], Status> = {
  connected: { label: 'Connected', tone: 'success' },
  reconnect: { label: 'Connect again', tone: 'danger' },
  uninstalled: { label: 'Removed', tone: 'neutral' },
};

export const mailboxStatuses: Record<SettingsView['mailboxes'][number]['status'], Status> = {
  connected: { label: 'Connected', tone: 'success' },
  reconnect: { label: 'Connect again', tone: 'danger' },
  paused: { label: 'Paused', tone: 'warning' },
  disconnected: { label: 'Disconnected', tone: 'neutral' },
};

type Sending = SettingsView['sending'];
type SendingState =
  | Sending['domains'][number]['findings'][number]['state']
  | NonNullable<Sending['trackingDomain']>['state'];

/** Of what receivers can verify of a sending domain, and of the name in links. */
export const sendingStatuses: Record<SendingState, Status> = {
  good: { label: 'Good', tone: 'success' },
  problem: { label: 'To mend', tone: 'danger' },
  unknown: { label: 'Not known', tone: 'neutral' },
  verified: { label: 'In use', tone: 'success' },
  pending: { label: 'Waiting for DNS', tone: 'warning' },
  lost: { label: 'Not in use', tone: 'danger' },
};

/** Whether one address in two CRMs is one person. */
export const samePersonPolicies: Choice<SettingsView['samePersonPolicy']>[] = [
  {
    value: 'automatic',
    label: 'One address is one person',
    description: 'A person found in two CRMs with the same address is one contact: a reply stops every sequence.',
  },
  {
    value: 'confirmed',
    label: 'Ask first',
    description: 'You say of each such pair whether it is the same person. Until then they are two.',
  },
];
