/**
 * The socket a CRM fills. The CRM is the system of record: we read people from it and write back what happened.
 * Records are known by the CRM's own id; addresses change, ids do not.
 */

export interface CrmAccount {
  tenantId: string;
  connectionId: string;
  /** The CRM's own account id: HubSpot portal id, Salesforce org id, Pipedrive company id. */
  accountId: string;
  /** Where this account's API is, where each has its own (Salesforce: the instance; Pipedrive: the company's domain). */
  apiUrl: string | null;
  /** A fresh access token. One that the CRM refused before its time is passed, and another one comes back. */
  token: (refused?: string) => Promise<string>;
  /**
   * Notes what is about to be written to a record, by the CRM's own names: where notices do not say who made a change, ours
   * are known by that. Before the write, because the notice can be faster than the answer. Absent where nothing is written.
   */
  noteWrite?: (recordId: string, values: Record<string, unknown>) => Promise<void>;
}

/** A person's record, translated. `properties` holds what templates may use, by our names (`first_name`, `company_name` …). */
export interface CrmPerson {
  recordId: string;
  objectType: string;
  addresses: string[];
  firstName: string | null;
  lastName: string | null;
  jobTitle: string | null;
  companyName: string | null;
  ownerId: string | null;
  timeZone: string | null;
  country: string | null;
  optedOut: boolean;
  /** Mails that reach this address appear on the person's timeline; null where the CRM has no such address. */
  mailCopyTo: string | null;
  updatedAt: Date | null;
  properties: Record<string, string>;
}

export type PersonRead =
  | { outcome: 'found'; person: CrmPerson }
  /** The record now lives under another id. */
  | { outcome: 'merged'; intoRecordId: string }
  | { outcome: 'missing' };

/** A sent mail or a reply, to appear on the record's timeline. `key` makes it appear once, whatever is retried. */
export interface EmailActivity {
  key: string;
  recordId: string;
  direction: 'outgoing' | 'incoming';
  at: Date;
  subject: string;
  text: string;
  html: string | null;
  from: { address: string; name: string | null };
  to: { address: string; name: string | null };
  ownerId: string | null;
  /** True when an earlier try ended unknown: the vendor must look for the activity before it creates one. */
  maybeWritten: boolean;
}

/** What we keep on the record, in `salesos_*` fields. */
export interface PersonFields {
  recordId: string;
  score: number;
  tier: number;
  lastEngagedAt: Date | null;
  sequenceStatus: string;
  /** Why it is so, in the sentence the card shows. */
  statusReason: string;
}

/** A task of a sequence, for the rep's task list in the CRM. */
export interface TaskActivity {
  key: string;
  recordId: string;
  title: string;
  note: string;
  dueAt: Date;
  isDone: boolean;
  ownerId: string | null;
  /** The CRM's id of the task from an earlier write; null before the first. */
  crmId: string | null;
  maybeWritten: boolean;
}

/** The people of a company, account or deal. */
export type GroupRead =
  /** `isCut`: there are more people than were read. */
  { outcome: 'found'; name: string; people: CrmPerson[]; isCut: boolean } | { outcome: 'missing' };

/** What changed since a cursor. The first call, with null, only says where to begin. */
export interface ChangesRead {
  notices: CrmNotice[];
  cursor: string;
  /** There is more to read at once. */
  hasMore: boolean;
}

/**
 * The outcome of one row of a write. `refused` is final and is shown on the record; with `howToFix` it is the account, not
 * the row, that must be changed (a field that is gone, a missing permission): shown once per account and code, and its rows
 * are tried again once a day and when an admin asks for it; `maybeWritten` where a part of it is there by then. `retry` is
 * tried again soon.
 */
export type WriteResult =
  | { outcome: 'written'; crmId: string }
  | { outcome: 'refused'; code: string; reason: string; howToFix?: string; maybeWritten?: boolean }
  | { outcome: 'retry'; reason: string; maybeWritten: boolean; retryAfterSeconds: number };

export interface CrmOwner {
  ownerId: string;
  userId: string | null;
  email: string;
  name: string;
}

/** What a CRM tells us happened; late, doubled, reordered. `key` identifies the notice for dropping doubles. */
export type CrmNotice = { key: string; accountId: string; occurredAt: Date } & (
  | { kind: 'created' | 'restored'; recordId: string }
  /** `changedTo`: all that changed, where the CRM says so and only that tells whether we did it. */
  | { kind: 'changed'; recordId: string; changedTo?: Record<string, unknown> }
  | { kind: 'merged'; intoRecordId: string; mergedRecordIds: string[] }
  | { kind: 'deleted'; recordId: string }
  /** `isRecordOnly`: nobody says that the person wanted it, so a record that was merged away takes nobody with it. */
  | { kind: 'erased'; recordId: string; isRecordOnly?: boolean }
  | { kind: 'uninstalled' }
);

/** Thrown by every call when the grant is refused for good: an admin must connect again. */
export class CrmDisconnected extends Error {
  override name = 'CrmDisconnected';
}

/** The account forbids what was asked, until somebody there changes something. Shown to admins with `howToFix`. */
export class CrmRefused extends Error {
  override name = 'CrmRefused';
  code: string;
  howToFix: string;
  constructor(code: string, message: string, howToFix: string) {
    super(message);
    this.code = code;
    this.howToFix = howToFix;
  }
}

/** What became of a workflow's act, as a workflow can branch on it. */
export type AutomationResult = 'enrolled' | 'already_in' | 'changed' | 'nothing' | 'refused';

/**
 * Fields by which a CRM's own workflows and our sequences speak to each other, where no workflow action can be installed: in
 * one a sequence is chosen, which enrolls the person; in the other one stands what became of it.
 */
export interface CrmAutomation {
  /** The person in whose record a notice says that something was chosen; null for every other notice. */
  parseChoice(body: unknown): { key: string; accountId: string; recordId: string } | null;
  /** The name chosen in the record now; null where nothing is. */
  readChoice(account: CrmAccount, recordId: string): Promise<string | null>;
  /** Writes what became of it, and with `clearChoice` empties the choice. */
  writeResult(
    account: CrmAccount,
    recordId: string,
    result: AutomationResult,
    options: { clearChoice: boolean },
  ): Promise<WriteResult>;
  /** Makes these names, and no others, the ones to choose from. Safe to repeat. */
  offerChoices(account: CrmAccount, names: string[]): Promise<void>;
  /** The person a deal is mainly with; null where it has none, or does not exist. */
  personOfDeal(account: CrmAccount, dealId: string): Promise<string | null>;
}

/** Calls that read, and `ensureFields`, throw VendorUnavailable (core/errors) when no usable answer came. */
export interface CrmVendor {
  id: string;
  name: string;
  /** What the CRM and its surfaces call a person's record, lower case, as in `contact`, `0-1`. */
  personTypes: readonly string[];
  /** The same for companies, accounts and deals, whose card shows their people. */
  groupTypes: readonly string[];
  /** People have an address whose mails appear on their timeline (`mailCopyTo`), instead of `logEmails`. Absent: no. */
  offersMailCopies?: true;
  /** One answer per id, in order, with as few calls as the CRM allows. */
  readPeople(account: CrmAccount, recordIds: string[]): Promise<PersonRead[]>;
  /** At most 100 people, the most recently changed first. */
  readGroup(account: CrmAccount, objectType: string, recordId: string): Promise<GroupRead>;
  findByAddress(account: CrmAccount, address: string): Promise<CrmPerson[]>;
  listOwners(account: CrmAccount): Promise<CrmOwner[]>;
  /**
   * Reads what changed, for a CRM that sends no notices or loses some; overlaps, so doubles are normal. Absent where the
   * notices alone are reliable.
   */
  readChanges?(account: CrmAccount, cursor: string | null): Promise<ChangesRead>;
  /**
   * Creates the `salesos_*` fields that are missing; safe to repeat. Throws CrmRefused when the account forbids it: a plan
   * limit, a missing permission.
   */
  ensureFields(account: CrmAccount): Promise<void>;
  /** One result per input, in order. */
  logEmails(account: CrmAccount, activities: EmailActivity[]): Promise<WriteResult[]>;
  writeFields(account: CrmAccount, people: PersonFields[]): Promise<WriteResult[]>;
  /**
   * Puts the key into the CRM by which its own server code (Apex) calls us; replaces an earlier one. Throws CrmRefused with what
   * an admin can do by hand. Absent where the CRM proves its requests in another way.
   */
  takeKey?(account: CrmAccount, key: string): Promise<void>;
  /** Absent where tasks are shown on our card only. */
  writeTasks?(account: CrmAccount, tasks: TaskActivity[]): Promise<WriteResult[]>;
  /** Reads the body of a verified notice; unknown kinds are left out. */
  parseNotices(body: unknown): CrmNotice[];
  recordUrl(account: { accountId: string }, recordId: string): string;
  /** Absent where workflow actions of ours can be installed. */
  automation?: CrmAutomation;
}

declare module '../core/ctx.ts' {
  interface Sockets {
    /** By vendor id. */
    crms: Map<string, CrmVendor>;
  }
}
