/** Changes of records, however they come about, and the notices of them. */

import { notFound } from './refusal.ts';
import { announce } from './webhooks.ts';
import type { Company, CrmRecord, RecordType, World } from './world.ts';

/** Who changes: a person in the browser, or an app through the API with somebody's token. */
export interface Author {
  userId: number;
  source: 'app' | 'api';
}

export type Change = { values?: Record<string, unknown>; customFields?: Record<string, unknown> };

export function find(company: Company, type: RecordType, id: number): CrmRecord {
  const record = company.records.get(`${type}:${id}`);
  if (!record) throw notFound(type);
  return record;
}

export function create(world: World, company: Company, type: RecordType, change: Change, by: Author): CrmRecord {
  const now = world.options.clock.now();
  const record: CrmRecord = {
    id: world.nextNumber(),
    type,
    values: { ...defaults[type], owner_id: by.userId, ...normalised(type, change.values ?? {}) },
    customFields: { ...change.customFields },
    addedAt: now,
    updatedAt: now,
    isDeleted: false,
  };
  company.records.set(`${type}:${record.id}`, record);
  announce(world, company, by, { record, action: 'create' });
  return record;
}

export function update(world: World, company: Company, record: CrmRecord, change: Change, by: Author): void {
  const before = structuredClone(record);
  const changed = <T>(now: Record<string, T>, next: Record<string, T>) =>
    Object.keys(next).filter((key) => JSON.stringify(now[key] ?? null) !== JSON.stringify(next[key] ?? null));
  const values = normalised(record.type, change.values ?? {});
  const names = changed(record.values, values);
  const codes = changed(record.customFields, change.customFields ?? {});
  Object.assign(record.values, values);
  Object.assign(record.customFields, change.customFields);
  // Writing what is there already is no change, and nobody is told.
  if (names.length + codes.length === 0) return;
  record.updatedAt = world.options.clock.now();
  announce(world, company, by, { record, action: 'change', before, names, codes });
}

export function remove(world: World, company: Company, record: CrmRecord, by: Author, mergedTo?: number): void {
  record.isDeleted = true;
  record.updatedAt = world.options.clock.now();
  announce(world, company, by, { record, action: 'delete', ...(mergedTo ? { mergedTo } : {}) });
}

/** The first one stays, with the addresses of both and the activities of both. */
export function mergePeople(world: World, company: Company, kept: CrmRecord, other: CrmRecord, by: Author): void {
  const before = structuredClone(kept);
  const emails = [...list(kept.values.emails)];
  for (const email of list(other.values.emails))
    if (!emails.some(({ value }) => value === email.value)) emails.push({ ...email, primary: emails.length === 0 });
  kept.values.emails = emails;
  for (const activity of company.activities.values())
    for (const participant of list(activity.values.participants))
      if (participant.person_id === other.id) participant.person_id = kept.id;
  kept.updatedAt = world.options.clock.now();
  announce(world, company, by, {
    record: kept,
    action: 'change',
    before,
    names: ['emails'],
    codes: [],
    mergedFrom: other.id,
  });
  remove(world, company, other, by, kept.id);
}

export type Item = Record<string, unknown>;
export const list = (value: unknown): Item[] => (Array.isArray(value) ? (value as Item[]) : []);

const defaults: Record<RecordType, Record<string, unknown>> = {
  person: { emails: [], phones: [], label_ids: [], org_id: null, visible_to: 3, marketing_status: 'no_consent' },
  organization: { label_ids: [], visible_to: 3, address: null },
  deal: { person_id: null, org_id: null, stage_id: 1, pipeline_id: 1, status: 'open', value: 0, currency: 'EUR' },
};

/** The parts of a name follow it; the first address is the primary one unless another says so. */
function normalised(type: RecordType, values: Record<string, unknown>): Record<string, unknown> {
  if (type !== 'person') return values;
  const result = { ...values };
  if (typeof values.name === 'string') {
    const [first = '', ...rest] = values.name.trim().split(/\s+/);
    result.first_name = first;
    result.last_name = rest.join(' ') || null;
  }
  if (Array.isArray(values.emails)) {
    const emails = list(values.emails);
    const primary = Math.max(
      0,
      emails.findIndex((email) => email.primary === true),
    );
    result.emails = emails.map((email, index) => ({ label: 'work', ...email, primary: index === primary }));
  }
  return result;
}
