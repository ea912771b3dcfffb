/** The socket of a CRM's own screens and workflows: how its requests prove where they come from, and how they are read. */

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
}

export type SurfaceVerdict =
  | { outcome: 'identified'; identity: SurfaceIdentity }
  /** The request bears no signature of this CRM at all. */
  | { outcome: 'unsigned' }
  | { outcome: 'refused'; reason: string };

export interface SurfaceVerifier {
  /** The CRM's id, as in `hubspot`. */
  crm: string;
  verify(request: SurfaceRequest): SurfaceVerdict;
}

/** One run of a workflow action. */
export interface WorkflowExecution {
  /** The same for every retry of one execution: the idempotency key. */
  callbackId: string;
  portalId: string;
  workflowId: string | null;
  recordId: string;
  objectType: string;
  inputs: Record<string, string>;
}

export interface WorkflowOptionsRequest {
  portalId: string;
  /** The input whose choices are asked for; null where the CRM does not say. */
  inputName: string | null;
  query: string;
  after: string | null;
}

/** How a CRM's workflow builder asks, and wants to be answered. The readers throw a ZodError for what is no such request. */
export interface WorkflowFormat {
  parseExecution(body: unknown): WorkflowExecution;
  parseOptionsRequest(body: unknown): WorkflowOptionsRequest;
  executionAnswer(state: 'SUCCESS' | 'FAIL_CONTINUE', outputs: Record<string, string | number>): object;
  optionsAnswer(options: { label: string; value: string; description: string }[], after: string | null): object;
}

/** A CRM that can call us. */
export interface Surface {
  verifier: SurfaceVerifier;
  workflow: WorkflowFormat;
}
