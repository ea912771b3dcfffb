/** Records as HubSpot shows them, alone and in batches. */
import type { Context } from 'hono';
import type { AssociationInput } from './changes.ts';
import type { FakeEnv } from './gate.ts';
import { Refusal, rowError } from './refusal.ts';
import type { CrmObject, World } from './world.ts';

export interface Row {
  id?: string;
  idProperty?: string;
  properties?: Record<string, unknown>;
  associations?: AssociationInput[];
  objectWriteTraceId?: string;
}

/**
 * One row each. Rows that cannot be found, and rows refused when every input carries a trace id, are reported with 207;
 * otherwise one bad row refuses the whole batch, as HubSpot does.
 */
export function answerBatch(
  world: World,
  c: Context<FakeEnv>,
  inputs: Row[],
  run: (row: Row) => Record<string, unknown>,
  status: 200 | 201,
): Response {
  const { portal } = c.var;
  const asked = inputs.every((row) => row.objectWriteTraceId !== undefined);
  const traced = asked && world.options.reportsTracedRows !== false;
  const before = traced ? null : structuredClone({ objects: portal.objects, associations: portal.associations });
  const noticesBefore = world.notices.length;
  const results: Record<string, unknown>[] = [];
  const errors: Record<string, unknown>[] = [];
  for (const row of inputs) {
    try {
      results.push(run(row));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const missing = error.category === 'OBJECT_NOT_FOUND' && row.id !== undefined;
      if (!traced && !missing) {
        Object.assign(portal, before);
        world.notices.length = noticesBefore;
        throw error;
      }
      const context = {
        ...(missing ? { ids: [row.id ?? ''] } : {}),
        ...(row.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: [row.objectWriteTraceId] }),
      };
      errors.push(rowError(error, context));
    }
  }
  const done = { status: 'COMPLETE', startedAt: new Date(0).toISOString(), completedAt: new Date(0).toISOString() };
  // HubSpot promises no order, so the fake never gives the order of the inputs.
  results.reverse();
  if (errors.length === 0) return c.json({ ...done, results }, status);
  return c.json({ ...done, results, errors, numErrors: errors.length }, 207);
}

/** A record as HubSpot shows it: values are strings, asked-for properties without a value are null. */
export function present(object: CrmObject, wanted: string[], row: Row = {}): Record<string, unknown> {
  const own: Record<string, string> = {
    ...object.properties,
    hs_object_id: object.id,
    createdate: object.createdAt.toISOString(),
    hs_createdate: object.createdAt.toISOString(),
    lastmodifieddate: object.updatedAt.toISOString(),
    hs_lastmodifieddate: object.updatedAt.toISOString(),
  };
  const properties = Object.fromEntries([...wanted, 'hs_object_id'].map((name) => [name, own[name] || null]));
  return {
    id: object.id,
    properties,
    createdAt: object.createdAt.toISOString(),
    updatedAt: object.updatedAt.toISOString(),
    archived: object.archivedAt !== null,
    ...(row.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: row.objectWriteTraceId }),
  };
}
