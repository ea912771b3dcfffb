/** The socket of a CRM's own screens and workflows: how its requests prove where they come from, and how they are read. */
import type { ActionName, ActionOutput } from '@salesos/shared/actions.ts';
import type { System } from '../core/ctx.ts';

/** A request as it arrived, before any parsing. */
export interface SurfaceRequest {
  method: string;
  /** The raw request target: path and query, undecoded. */
  target: string;
  headers: { get(name: string): string | null };
  rawBody: Buffer;
}

/** Who asks, as the CRM vouches for it. Workflow and notice requests carry no user, and their account in the body. */
export interface SurfaceIdentity {
  accountId: string | null;
  userId: string | null;
  userEmail: string | null;
  /** As the CRM shows the user's name; absent where it does not say. */
  userName?: string | null;
  /** True where the CRM says that the user may change the settings of SalesOS; where it does not say, we know who may. */
  isAdmin?: boolean;
  /**
   * The records this caller may open, where the CRM lets us ask (Pipedrive: checked with that user's own token when the
   * session began). Null where the CRM cannot say; then the record is only read through the account's connection.
   */
  records: OpenRecords | null;
}

/** Records of one type. `personIds` are the people of these records where they are companies or deals: open as well. */
export interface OpenRecords {
  objectType: string;
  recordIds: string[];
  personIds?: string[];
}

export type SurfaceVerdict =
  | { outcome: 'identified'; identity: SurfaceIdentity }
  /** The request bears no signature of this CRM at all. */
  | { outcome: 'unsigned' }
  | { outcome: 'refused'; reason: string };

export interface SurfaceVerifier {
  /** The CRM's id, as in `hubspot`. */
  crm: string;
  /** May look into the database (a key per account) and never asks the CRM. */
  verify(request: SurfaceRequest, system: System): SurfaceVerdict | Promise<SurfaceVerdict>;
}

/** One row of a workflow action: one record, one act. */
export interface WorkflowExecution {
  /** The same for every retry of one execution: the idempotency key. */
  callbackId: string;
  accountId: string;
  workflowId: string | null;
  recordId: string;
  objectType: string;
  inputs: Record<string, string>;
}

export interface WorkflowOptionsRequest {
  accountId: string;
  /** The input whose choices are asked for; null where the CRM does not say. */
  inputName: string | null;
  query: string;
  after: string | null;
}

/**
 * How a CRM's workflow builder asks, and wants to be answered. The readers throw a ZodError for what is no such request.
 * HubSpot sends one row a request, Salesforce up to 200; the answers are in the order of the rows.
 */
export interface WorkflowFormat {
  /**
   * True where one request brings many rows and nobody repeats it: what may pass is told by the row itself. Absent where the
   * CRM repeats a request that fails.
   */
  isBatched?: boolean;
  parseExecutions(action: ActionName, body: unknown, identity: SurfaceIdentity): WorkflowExecution[];
  executionAnswer(action: ActionName, outputs: ActionOutput[]): object;
  parseOptionsRequest(body: unknown, identity: SurfaceIdentity): WorkflowOptionsRequest;
  optionsAnswer(options: { label: string; value: string; description: string }[], after: string | null): object;
}

/** A CRM that can call us. */
export interface Surface {
  verifier: SurfaceVerifier;
  /** Absent where workflows and notices come by addresses of their own (Pipedrive): then the verifier serves cards alone. */
  workflow?: WorkflowFormat;
}
