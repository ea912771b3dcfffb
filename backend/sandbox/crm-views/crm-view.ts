import type { CrmRecord, TimelineItem, WorkflowRun, WorkflowView } from '../page-api.ts';

/** One CRM of the sandbox, as people in it see and use it. Unknown ids are answered with null, or nothing. */
export interface CrmView {
  record(recordId: string): CrmRecord | null;
  /** Newest first. */
  timeline(recordId: string): TimelineItem[];
  /** A colleague edits the record by hand. */
  setProperties(recordId: string, properties: Record<string, string>): CrmRecord | null;
  /** The workflow, flow or automation with our action in it. */
  workflow(): Promise<WorkflowView>;
  runWorkflow(recordId: string, sequenceId: string): Promise<WorkflowRun>;
  /** How often it was run. */
  countRuns(): number;
}

export const asFields = (fields: readonly (readonly [string, string])[]) =>
  fields.map(([name, label]) => ({ name, label }));

/** What our action answered, as strings. */
export const asOutputs = (output: object): Record<string, string> =>
  Object.fromEntries(Object.entries(output).map(([name, value]) => [name, String(value)]));
