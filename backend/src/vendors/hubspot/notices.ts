/**
 * HubSpot's webhook notices, translated. They come late, doubled and in any order; `eventId` is not unique.
 * https://developers.hubspot.com/docs/apps/developer-platform/add-features/configure-webhooks
 */
import { z } from 'zod';
import type { CrmNotice } from '../../crm-sync/crm.ts';

const id = z.union([z.string().min(1), z.number().int()]).transform(String);

const notice = z.object({
  subscriptionId: id.nullish(),
  portalId: id,
  occurredAt: z.number().int().min(0).max(8.64e15),
  subscriptionType: z.string().nullish(),
  eventType: z.string().nullish(),
  objectId: id.nullish(),
  objectTypeId: z.string().nullish(),
  changeSource: z.string().nullish(),
  sourceId: id.nullish(),
  propertyName: z.string().nullish(),
  propertyValue: z.unknown().optional(),
  primaryObjectId: id.nullish(),
  mergedObjectIds: z.array(id).nullish(),
  newObjectId: id.nullish(),
});
type Notice = z.infer<typeof notice>;

const contactTypeId = '0-1';

/** Reads the body of a verified notice. What is not about a contact, is not understood, or is our own echo is left out. */
export function parseNotices(body: unknown, appId: string): CrmNotice[] {
  if (!Array.isArray(body)) return [];
  return body.flatMap((item) => {
    const parsed = notice.safeParse(item);
    return parsed.success ? translate(parsed.data, appId) : [];
  });
}

function translate(raw: Notice, appId: string): CrmNotice[] {
  const type = raw.subscriptionType ?? raw.eventType ?? '';
  const [subject, what] = type.split('.');
  const aboutContact = subject === 'contact' || (subject === 'object' && raw.objectTypeId === contactTypeId);
  const recordId = raw.objectId ?? null;
  if (!aboutContact) return [];

  const base = { key: dedupeKey(raw), accountId: raw.portalId, occurredAt: new Date(raw.occurredAt) };
  if (what === 'merge') {
    const intoRecordId = raw.newObjectId ?? raw.primaryObjectId ?? recordId;
    if (intoRecordId === null) return [];
    const before = [raw.primaryObjectId, ...(raw.mergedObjectIds ?? [])].filter((old) => typeof old === 'string');
    const mergedRecordIds = [...new Set(before)].filter((old) => old !== intoRecordId);
    return [{ ...base, kind: 'merged', intoRecordId, mergedRecordIds }];
  }
  if (recordId === null) return [];
  switch (what) {
    case 'creation':
      return [{ ...base, kind: 'created', recordId }];
    case 'restore':
      return [{ ...base, kind: 'restored', recordId }];
    case 'deletion':
      return [{ ...base, kind: 'deleted', recordId }];
    case 'privacyDeletion':
      return [{ ...base, kind: 'erased', recordId }];
    case 'propertyChange':
      return isOurEcho(raw, appId) ? [] : [{ ...base, kind: 'changed', recordId }];
    default:
      return [];
  }
}

/** Our own write coming back. Only changes are ever ignored: a deletion counts, whoever is said to have caused it. */
function isOurEcho(raw: Notice, appId: string): boolean {
  if (raw.propertyName?.startsWith('salesos_')) return true;
  return raw.changeSource === 'INTEGRATION' && raw.sourceId === appId;
}

function dedupeKey(raw: Notice): string {
  const parts = [
    raw.portalId,
    raw.subscriptionId,
    raw.objectId,
    raw.occurredAt,
    raw.propertyName,
    raw.propertyValue,
  ] as const;
  return JSON.stringify(parts.map((part) => part ?? null));
}
