/**
 * What the contract needs of a CRM. Null says that this CRM has no such thing; the contract then checks that the vendor agrees,
 * and skips the cases visibly. Token cases wrap `account.token`: a refused token must be passed back to it.
 */
import type { CrmAccount, CrmOwner, CrmVendor, PersonRead } from './crm.ts';

export type CrmTrouble =
  | 'server_error'
  | 'html'
  | 'garbled'
  | 'slow'
  | 'connection_lost'
  /** Carried out, but the answer never arrives. */
  | 'answer_lost';

/** What the contract needs of a CRM's fake: its people at work, what they see, and trouble on demand. */
export interface CrmHarness {
  vendor: CrmVendor;
  account: CrmAccount;
  /** Somebody who owns records, as `listOwners` should show them. */
  owner: CrmOwner;

  addPerson(person: {
    email?: string;
    firstName?: string;
    lastName?: string;
    jobTitle?: string;
    country?: string;
    timeZone?: string;
    ownerId?: string;
    optedOut?: boolean;
  }): string;
  addAddress(recordId: string, address: string): void;
  changePerson(recordId: string, firstName: string): void;
  giveCompany(recordId: string, name: string): string;
  /** Answers the id of the record both became. */
  mergePeople(primaryId: string, otherId: string): string;
  deletePerson(recordId: string): void;
  erasePerson(recordId: string): void;

  /** What a colleague sees on the record, oldest first. */
  timeline(recordId: string): {
    id: string;
    at: string;
    direction: 'outgoing' | 'incoming';
    subject: string;
    text: string;
    html: string;
    from: string;
    to: string;
    ownerId: string | null;
  }[];
  companyTimelineLength(companyId: string): number;
  /** Every mail in the account, also those no record shows. */
  mailCount(): number;
  fieldsOf(recordId: string): {
    score: string;
    tier: string;
    lastEngagedAt: string;
    sequenceStatus: string;
    statusReason: string;
  };

  /** The bodies of the notices since the last call, as the CRM would post them. */
  notices(): unknown[];

  nextCall(call: 'anyRead' | 'logEmails', trouble: CrmTrouble): void;
  /** Waits for what the CRM still does behind a caller that gave up. */
  settle(): Promise<void>;
  exhaustRateLimit(): Promise<void>;
  expireToken(): void;
  renewToken(): void;
  removeApp(): void;
  /** Rules of the account that refuse every write to such a record. */
  refusePeopleNamed(firstName: string, message: string): void;
  refuseMailsNamed(subject: string, message: string): void;
  /** A company, account or deal of these people; null where the vendor has no group types. */
  addGroup: ((name: string, recordIds: string[]) => { objectType: string; recordId: string }) | null;
  /** The tasks on a record as a colleague sees them; null where the vendor writes none. */
  tasksOf:
    | ((recordId: string) => {
        id: string;
        title: string;
        note: string;
        dueAt: string;
        isDone: boolean;
        ownerId: string | null;
      }[])
    | null;
  /** An admin deletes the field of the score, or takes away our right to write it. */
  removeField(): void;
  /** The whole account takes no writes for now, as in a maintenance of the CRM; null where that does not exist. */
  makeReadOnly: (() => void) | null;
  /** True where the CRM refuses a second person with an address. */
  uniqueAddresses: boolean;
  /** What this CRM has no notion of: the contract then expects that it is absent. */
  lacks?: readonly (
    | 'time_zone'
    | 'time_of_day'
    | 'erasure'
    | 'records_without_owner'
    | 'deleted_in_changes'
    /** It posts nothing by itself; `readChanges` finds what happened. */
    | 'notices'
  )[];
  /** Requests that the CRM has had. */
  requestCount(): number;
  wait(seconds: number): void;
  close(): Promise<void>;
}

/** What the CRM says of one record. */
export async function readOne(
  { vendor, account }: Pick<CrmHarness, 'vendor' | 'account'>,
  recordId: string,
): Promise<PersonRead> {
  const [read] = await vendor.readPeople(account, [recordId]);
  return read!;
}
