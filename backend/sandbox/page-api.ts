/** What the sandbox page asks of the sandbox server. Types for the page, schemas for the server. */
import { z } from 'zod';

const instant = z.iso.datetime();

export const crmNames = ['hubspot', 'salesforce', 'pipedrive'] as const;
export type CrmName = (typeof crmNames)[number];

/** Which of the HubSpot app's own bundles a place of the page runs. */
export const extensionKinds = ['sidebar', 'tab', 'settings'] as const;
export type ExtensionKind = (typeof extensionKinds)[number];

export const sandboxState = z.object({
  clock: z.object({
    now: instant,
    timeZone: z.string(),
    /** Simulated seconds that pass in one real second; null while the clock stands still. */
    speed: z.number().nullable(),
    /** The next thing that will happen by itself, as in "Mail 2 of “Intro” to Kim Larsen". */
    nextDue: z.object({ at: instant, what: z.string() }).nullable(),
  }),
  /** Another value whenever anything the page shows may have changed. */
  revision: z.string(),
  /** Where the backend's public addresses (pixel, tracked links, unsubscribe) live. */
  backendOrigin: z.string(),
  hubspot: z.object({
    portalId: z.number().int(),
    timeZone: z.string(),
    appId: z.number().int(),
    appName: z.string(),
    user: z.object({ id: z.number().int(), email: z.string(), firstName: z.string(), lastName: z.string() }),
    /** The profile variables a card reads from its context. */
    variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  salesforce: z.object({ orgName: z.string(), timeZone: z.string(), userName: z.string() }),
  pipedrive: z.object({
    companyId: z.number().int(),
    companyName: z.string(),
    userId: z.number().int(),
    userName: z.string(),
  }),
  records: z.array(
    z.object({
      /** The person's record in HubSpot; also what the page calls the person. */
      recordId: z.string(),
      recordIds: z.object({ hubspot: z.string(), salesforce: z.string(), pipedrive: z.string() }),
      name: z.string(),
      address: z.string(),
      jobTitle: z.string(),
      companyName: z.string(),
      timeZone: z.string(),
      /** How this record is meant to be enrolled. */
      startsBy: z.enum(['card', 'workflow']),
    }),
  ),
});

export const clockMove = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('advance'),
    seconds: z
      .number()
      .int()
      .min(1)
      .max(366 * 86_400),
  }),
  z.object({ action: z.literal('next') }),
  z.object({ action: z.literal('jump'), to: instant }),
  z.object({ action: z.literal('run'), speed: z.number().min(1).max(86_400) }),
  z.object({ action: z.literal('pause') }),
]);

/** One line of the log: a fact (name as in shared/events.ts) or a decision, and why. */
export const logEntry = z.object({
  id: z.string(),
  at: instant,
  name: z.string(),
  sentence: z.string(),
  why: z.string().nullable(),
  recordId: z.string().nullable(),
});

export const crmRecord = z.object({
  recordId: z.string(),
  properties: z.record(z.string(), z.string()),
  /** What the record page lists, in order. */
  groups: z.array(z.object({ title: z.string(), fields: z.array(z.object({ name: z.string(), label: z.string() })) })),
  ownerName: z.string().nullable(),
});

export const timelineItem = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(['email_out', 'email_in', 'note', 'task', 'created']),
  title: z.string(),
  text: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

export const inboxMail = z.object({
  id: z.string(),
  at: instant,
  fromName: z.string(),
  fromAddress: z.string(),
  subject: z.string(),
  snippet: z.string(),
  /** Mails of the prospect's own, shown in the thread. */
  direction: z.enum(['received', 'sent']),
});

export const mailDetail = inboxMail.extend({
  toAddress: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  /** The mail as it came over the wire. */
  source: z.string(),
  /** True when the mail carries a one-click unsubscribe header (RFC 8058). */
  oneClick: z.boolean(),
});

export const inboxAct = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reply'), text: z.string().trim().min(1).max(20_000) }),
  z.object({ kind: z.literal('reply_from'), address: z.email(), text: z.string().trim().min(1).max(20_000) }),
  z.object({ kind: z.literal('out_of_office'), until: z.iso.date() }),
  z.object({ kind: z.literal('bounce'), permanent: z.boolean() }),
  z.object({ kind: z.literal('unsubscribe') }),
]);
/** What happened, in a sentence for the person who pressed the button. */
export const actResult = z.object({ sentence: z.string() });

export const workflowRun = z.object({
  id: z.string(),
  at: instant,
  recordId: z.string(),
  /** HTTP status of the backend's answer to the signed request. */
  status: z.number().int(),
  outputs: z.record(z.string(), z.string()),
  /** The line HubSpot's workflow history would show. */
  sentence: z.string(),
  ok: z.boolean(),
  request: z.object({ url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
});
export const workflowView = z.object({
  name: z.string(),
  actionName: z.string(),
  /** Asked of the backend's options address, as HubSpot's workflow builder does. */
  sequences: z.array(z.object({ value: z.string(), label: z.string() })),
  runs: z.array(workflowRun),
});

/** What `hubspot.fetch` sends; the server adds the identity parameters and the signature, as HubSpot does. */
export const hubspotFetch = z.object({
  url: z.url(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  body: z.record(z.string(), z.unknown()).nullable(),
  timeoutSeconds: z.number().min(0.1).max(120),
});
export const hubspotFetchResult = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** What a component asks of Apex: the method, as in `SalesOSCardController.call`, and its parameters by name. */
export const apexCall = z.object({ method: z.string().max(100), params: z.record(z.string(), z.unknown()).nullable() });
/** As the platform answers: a value, or an error whose message is in its body. */
export type ApexResult = { result: unknown } | { error: { body: { message: string } } };

export const recordProperties = z.object({ properties: z.record(z.string().max(200), z.string().max(5_000)) });
export const workflowStart = z.object({ recordId: z.string().min(1), sequenceId: z.string().min(1) });

export type SandboxState = z.infer<typeof sandboxState>;
export type SandboxContact = SandboxState['records'][number];
export type ClockMove = z.infer<typeof clockMove>;
export type LogEntry = z.infer<typeof logEntry>;
export type CrmRecord = z.infer<typeof crmRecord>;
export type TimelineItem = z.infer<typeof timelineItem>;
export type InboxMail = z.infer<typeof inboxMail>;
export type MailDetail = z.infer<typeof mailDetail>;
export type InboxAct = z.infer<typeof inboxAct>;
export type ActResult = z.infer<typeof actResult>;
export type WorkflowRun = z.infer<typeof workflowRun>;
export type WorkflowView = z.infer<typeof workflowView>;
export type ApexCall = z.infer<typeof apexCall>;
export type HubspotFetch = z.infer<typeof hubspotFetch>;
export type HubspotFetchResult = z.infer<typeof hubspotFetchResult>;

/** The world behind the page: the clock, HubSpot's and the prospect's side. Unknown ids are answered with null. */
export interface SandboxWorld {
  /** Origin of the backend's public addresses, as in "http://127.0.0.1:3000". */
  backendOrigin: string;
  state(): Promise<SandboxState>;
  /** Resolves when everything that fell due on the way has been done. */
  moveClock(move: ClockMove): Promise<void>;
  /** Newest first. */
  log(): Promise<LogEntry[]>;
  record(crm: CrmName, recordId: string): Promise<CrmRecord | null>;
  setProperties(crm: CrmName, recordId: string, properties: Record<string, string>): Promise<CrmRecord | null>;
  /** Newest first. */
  timeline(crm: CrmName, recordId: string): Promise<TimelineItem[]>;
  /** Newest first. */
  inbox(address: string): Promise<InboxMail[]>;
  mail(mailId: string): Promise<MailDetail | null>;
  act(mailId: string, act: InboxAct): Promise<ActResult | null>;
  workflow(crm: CrmName): Promise<WorkflowView>;
  runWorkflow(crm: CrmName, start: { recordId: string; sequenceId: string }): Promise<WorkflowRun>;
  hubspotFetch(request: HubspotFetch): Promise<HubspotFetchResult>;
  /** What our package's Apex does in the org, for the user who looks at the record. */
  apex(call: ApexCall): Promise<ApexResult>;
  /** What Pipedrive signs for a page of ours that it opens, or that asks anew. */
  pipedriveToken(): Promise<string>;
  /** The bundle's JavaScript, exactly as HubSpot would run it; null when it has not been built. */
  extension(kind: ExtensionKind): Promise<string | null>;
}
