/** Webhooks v2: one change of one record each. https://pipedrive.readme.io/docs/guide-for-webhooks-v2 */
import { z } from 'zod';
import type { CrmNotice } from '../../crm-sync/crm.ts';

const anyId = z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(String);
const record = z.record(z.string(), z.unknown()).nullish();
export const notice = z.object({
  meta: z.object({
    action: z.string(),
    entity: z.string(),
    entity_id: anyId,
    company_id: anyId,
    id: z.string().min(1),
    timestamp: z.coerce.date(),
    change_source: z.string().nullish(),
    merged_to_id: anyId.nullish(),
    merged_from_id: anyId.nullish(),
  }),
  data: record,
  previous: record,
});
type Notice = z.infer<typeof notice>;

/** Changes with every change; says nothing about who made it. */
const bookkeeping = ['update_time'];

export function parseNotices(body: unknown): CrmNotice[] {
  const parsed = notice.safeParse(body);
  if (!parsed.success || parsed.data.meta.entity !== 'person') return [];
  const { meta } = parsed.data;
  const { action, entity_id: recordId, merged_to_id: into, merged_from_id: from } = meta;
  const about = { key: meta.id, accountId: meta.company_id, occurredAt: meta.timestamp };
  switch (action) {
    case 'create':
      return [{ ...about, kind: 'created', recordId }];
    case 'change':
      if (from) return [{ ...about, kind: 'merged', intoRecordId: recordId, mergedRecordIds: [from] }];
      return [{ ...about, kind: 'changed', recordId, ...customFieldsOnly(parsed.data) }];
    case 'delete':
      if (into) return [{ ...about, kind: 'merged', intoRecordId: into, mergedRecordIds: [recordId] }];
      return [{ ...about, kind: 'deleted', recordId }];
    default:
      return [];
  }
}

/** We write custom fields only. Other apps do so too, through the API as we do: the values say who it was. */
function customFieldsOnly({ meta, data, previous }: Notice): { changedTo?: Record<string, unknown> } {
  if (meta.change_source === 'app' || !previous) return {};
  const changed = Object.keys(previous).filter((name) => !bookkeeping.includes(name));
  if (changed.length !== 1 || changed[0] !== 'custom_fields') return {};
  const codes = Object.keys((previous.custom_fields ?? {}) as object);
  const now = customFields(data);
  return codes.length > 0 ? { changedTo: Object.fromEntries(codes.map((code) => [code, plainValue(now[code])])) } : {};
}

export const customFields = (data: Notice['data']): Record<string, unknown> =>
  (data?.custom_fields ?? {}) as Record<string, unknown>;

/** A notice wraps what the API gives plainly: `{ type, value }`, `{ type, id }`. */
export function plainValue(wrapped: unknown): unknown {
  if (typeof wrapped !== 'object' || wrapped === null) return wrapped ?? null;
  if ('id' in wrapped) return wrapped.id;
  return 'value' in wrapped ? wrapped.value : wrapped;
}
