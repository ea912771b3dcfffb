/** What may stand in a request: types are strict in v2, and a name that is not known is refused. */
import type { Context } from 'hono';
import { z } from 'zod';
import { forbidden, invalid } from './refusal.ts';
import type { Company, Field, RecordType } from './world.ts';

const id = z.number().int().positive();
const contact = z.strictObject({
  value: z.string(),
  primary: z.boolean().optional(),
  label: z.string().optional(),
});
const address = z.strictObject({
  value: z.string().optional(),
  country: z.string().optional(),
  locality: z.string().optional(),
});
const customFields = z.record(z.string(), z.unknown()).optional();
/** Only companies with contact sync have these; the others are refused. */
const synced = { job_title: z.string().optional(), postal_address: address.optional(), notes: z.string().optional() };

const person = z.strictObject({
  name: z.string().trim().min(1),
  owner_id: id.optional(),
  org_id: id.nullable().optional(),
  emails: z.array(contact).optional(),
  phones: z.array(contact).optional(),
  visible_to: z.number().int().optional(),
  label_ids: z.array(id).optional(),
  marketing_status: z.enum(['no_consent', 'unsubscribed', 'subscribed', 'archived']).optional(),
  custom_fields: customFields,
  ...synced,
});
const organization = z.strictObject({
  name: z.string().trim().min(1),
  owner_id: id.optional(),
  visible_to: z.number().int().optional(),
  label_ids: z.array(id).optional(),
  address: address.optional(),
  custom_fields: customFields,
});
const deal = z.strictObject({
  title: z.string().trim().min(1),
  owner_id: id.optional(),
  person_id: id.nullable().optional(),
  org_id: id.nullable().optional(),
  value: z.number().optional(),
  currency: z.string().length(3).optional(),
  stage_id: id.optional(),
  pipeline_id: id.optional(),
  status: z.enum(['open', 'won', 'lost']).optional(),
  custom_fields: customFields,
});
export const recordShapes: Record<RecordType, z.ZodObject> = { person, organization, deal };

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const time = z.string().regex(/^\d{2}:\d{2}$/);
export const activityShape = z.strictObject({
  subject: z.string().min(1).max(255),
  type: z.string().min(1),
  owner_id: id.optional(),
  deal_id: id.optional(),
  lead_id: z.string().optional(),
  org_id: id.optional(),
  due_date: day.optional(),
  due_time: time.optional(),
  duration: time.optional(),
  busy: z.boolean().optional(),
  done: z.boolean().optional(),
  note: z
    .string()
    .refine((note) => Buffer.byteLength(note) <= 100_000, 'is longer than 100 kB')
    .optional(),
  public_description: z.string().optional(),
  participants: z.array(z.strictObject({ person_id: id, primary: z.boolean().optional() })).optional(),
});

export const hookShape = z.strictObject({
  subscription_url: z.url(),
  event_action: z.enum(['create', 'change', 'delete', '*']),
  event_object: z.enum([
    'activity',
    'deal',
    'lead',
    'note',
    'organization',
    'person',
    'pipeline',
    'product',
    'stage',
    'user',
    '*',
  ]),
  name: z.string().min(1).max(255),
  user_id: id.optional(),
  http_auth_user: z.string().nullable().optional(),
  http_auth_password: z.string().nullable().optional(),
  version: z.enum(['1.0', '2.0']).optional(),
});

/** The body in its shape, or a refusal that names the first thing wrong. */
export async function readBody<T>(c: Context, shape: z.ZodType<T>): Promise<T> {
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch {
    throw invalid('The request body is no JSON');
  }
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const names = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '');
  throw invalid(`Parameter '${names}': ${issue?.message}`);
}

/** Query parameters that are not known are refused too. */
export function checkQuery(c: Context, known: string[]): Record<string, string> {
  const query = c.req.query();
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown) throw invalid(`Parameter '${unknown}' is not allowed`);
  return query;
}

export function checkSyncedFields(company: Company, values: Record<string, unknown>): void {
  if (company.hasContactSync) return;
  const name = Object.keys(synced).find((key) => key in values);
  if (name) throw forbidden(`Contact sync is off: ${name} cannot be set`);
}

/** Values of custom fields, each in the shape of its type. */
export function checkCustomFields(fields: Map<string, Field>, values: Record<string, unknown>): void {
  for (const [code, value] of Object.entries(values)) {
    const field = fields.get(code);
    if (!field?.isCustom) throw invalid(`Custom field '${code}' does not exist`);
    if (value !== null && !fits(field, value)) throw invalid(`Custom field '${code}' has a value of the wrong type`);
  }
}

function fits({ type, options }: Field, value: unknown): boolean {
  switch (type) {
    case 'double':
      return typeof value === 'number';
    case 'enum':
      return options?.some((option) => option.id === value) ?? false;
    case 'date':
      return day.safeParse(value).success;
    case 'varchar':
      return typeof value === 'string' && value.length <= 255;
    default:
      return typeof value === 'string';
  }
}
