/**
 * The two requests of HubSpot's workflow builder, and our answers to them.
 * https://developers.hubspot.com/docs/api-reference/latest/automation/workflow-actions/custom-action-reference
 */
import { z } from 'zod';

/** Ids arrive as numbers today; strings are taken too, so a change of theirs does not stop a workflow. */
const anyId = z.union([z.string().min(1), z.number().int()]).transform(String);
/** An input that is not filled in arrives as null, as "" or not at all; a value may come wrapped in `{ value }`. */
const inputFields = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((fields) => {
    const values: Record<string, string> = {};
    for (const [name, field] of Object.entries(fields ?? {})) {
      const value = isObject(field) && 'value' in field ? field.value : field;
      if (typeof value === 'string' && value !== '') values[name] = value;
      else if (typeof value === 'number' || typeof value === 'boolean') values[name] = String(value);
    }
    return values;
  });

const executionRequest = z.object({
  callbackId: z.string().min(1),
  origin: z.object({ portalId: anyId }),
  context: z.object({ source: z.string().nullish(), workflowId: anyId.nullish() }).nullish(),
  object: z.object({
    objectId: anyId,
    objectType: z.string().min(1),
    properties: z.record(z.string(), z.string().nullable()).nullish(),
  }),
  inputFields,
});

export interface WorkflowExecution {
  /** The same for every retry of one execution: the idempotency key. */
  callbackId: string;
  accountId: string;
  workflowId: string | null;
  recordId: string;
  /** As HubSpot writes it, as in `CONTACT`. */
  objectType: string;
  inputs: Record<string, string>;
}

/** Reads the body of an execution request. Throws a ZodError when it is none. */
export function parseExecution(body: unknown): WorkflowExecution {
  const request = executionRequest.parse(body);
  return {
    callbackId: request.callbackId,
    accountId: request.origin.portalId,
    workflowId: request.context?.workflowId ?? null,
    recordId: request.object.objectId,
    objectType: request.object.objectType,
    inputs: request.inputFields,
  };
}

const optionsRequest = z.object({
  origin: z.object({ portalId: anyId }),
  inputFieldName: z.string().nullish(),
  inputFields,
  fetchOptions: z.object({ q: z.string().nullish(), after: anyId.nullish() }).nullish(),
});

export interface WorkflowOptionsRequest {
  accountId: string;
  /** The input whose choices are asked for; null where HubSpot does not say. */
  inputName: string | null;
  inputs: Record<string, string>;
  query: string;
  after: string | null;
}

/** Reads the body of a request for the choices of a select. Throws a ZodError when it is none. */
export function parseOptionsRequest(body: unknown): WorkflowOptionsRequest {
  const request = optionsRequest.parse(body);
  return {
    accountId: request.origin.portalId,
    inputName: request.inputFieldName ?? null,
    inputs: request.inputFields,
    query: request.fetchOptions?.q ?? '',
    after: request.fetchOptions?.after || null,
  };
}

/**
 * The answer to an execution: `SUCCESS` goes on in the workflow, `FAIL_CONTINUE` goes on and shows the failure.
 * Outputs are strings or numbers by HubSpot's contract, so nothing else is accepted.
 */
export function executionAnswer(
  state: 'SUCCESS' | 'FAIL_CONTINUE',
  outputs: Record<string, string | number>,
): { outputFields: Record<string, string | number> } {
  return { outputFields: { hs_execution_state: state, ...outputs } };
}

/** The answer to a request for choices; `after` null when there are no more. */
export function optionsAnswer(
  options: { label: string; value: string; description: string }[],
  after: string | null,
): { options: typeof options; searchable: true; after?: string } {
  return { options, searchable: true, ...(after === null ? {} : { after }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
