/** The account's settings, and how it sends. */
import { z } from 'zod';
import { mailboxView } from './mailboxes.ts';
import { instant } from './record.ts';

export const domainFinding = z.object({
  what: z.enum(['spf', 'dkim', 'dmarc', 'mx']),
  /** `unknown`: nobody can tell from outside, or the name servers did not answer. */
  state: z.enum(['good', 'problem', 'unknown']),
  sentence: z.string(),
  /** What to do, in plain words; null where nothing is to be done. */
  howToFix: z.string().nullable(),
});
export type DomainFinding = z.infer<typeof domainFinding>;

/** How the account sends, over all its mailboxes. */
export const sendingView = z.object({
  accountDailyCap: z.number().int().nullable(),
  recipientDomainDailyCap: z.number().int().nullable(),
  trackingDomain: z
    .object({
      host: z.string(),
      state: z.enum(['pending', 'verified', 'lost']),
      /** What is so, and what to do. */
      sentence: z.string(),
    })
    .nullable(),
  domains: z.array(z.object({ domain: z.string(), checkedAt: instant.nullable(), findings: z.array(domainFinding) })),
});

export const sendingChange = z.object({
  /** Mails of all mailboxes together a day; null: no limit of its own. */
  accountDailyCap: z.number().int().min(1).max(1_000_000).nullable().optional(),
  /** Mails to one company's addresses a day; null: no limit. */
  recipientDomainDailyCap: z.number().int().min(1).max(1_000_000).nullable().optional(),
  /** A host of your own for links, as in `links.yourcompany.com`; null: ours. */
  trackingDomain: z.string().trim().max(253).nullable().optional(),
});
export type SendingChange = z.output<typeof sendingChange>;

/** A CRM account that SalesOS works with. */
export const connectionView = z.object({
  id: z.uuid(),
  crm: z.string(),
  crmName: z.string(),
  accountId: z.string(),
  status: z.enum(['connected', 'reconnect', 'uninstalled']),
  /** One sentence on its health: what is so, and what to do. */
  sentence: z.string(),
});

/** CRMs that can be connected. */
export const crmIds = ['hubspot', 'salesforce', 'pipedrive'] as const;

/** `automatic`: one address in two CRMs is one person. `confirmed`: somebody says so first. */
export const samePersonPolicies = ['automatic', 'confirmed'] as const;
/** People of several CRMs with one address, of whom nobody has said yet whether they are the same person. */
export const samePersonQuestion = z.object({
  id: z.uuid(),
  address: z.string(),
  people: z.array(z.object({ crm: z.string(), crmName: z.string(), name: z.string(), url: z.string() })),
});

export const trackingLevels = ['none', 'hygiene', 'full'] as const;
/**
 * How a sent mail comes to the timeline of a CRM that takes copies of mails. `activities`: we log it. `smart_bcc`: it goes to the
 * CRM as a blind copy, and is then not tracked.
 */
export const mailLoggings = ['activities', 'smart_bcc'] as const;
export const settingsView = z.object({
  accountName: z.string(),
  postalAddress: z.string().nullable(),
  trackingLevel: z.enum(trackingLevels),
  timeZone: z.string(),
  sandbox: z.boolean(),
  crms: z.array(connectionView),
  samePersonPolicy: z.enum(samePersonPolicies),
  samePersonQuestions: z.array(samePersonQuestion),
  /** Null where no connected CRM takes copies of mails. */
  mailLogging: z.enum(mailLoggings).nullable(),
  mailboxes: z.array(mailboxView),
  sending: sendingView,
  /** What must be done before the first mail can go out, in order. */
  checklist: z.array(z.object({ done: z.boolean(), sentence: z.string() })),
  canEdit: z.boolean(),
});

export type SettingsView = z.infer<typeof settingsView>;
