/** Fields of API v2: what an account may add depends on its plan, and on the user's permission set. */
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { FakeEnv } from './gate.ts';
import { pageOf } from './paging.ts';
import { forbidden, invalid, notFound } from './refusal.ts';
import { checkQuery, readBody } from './shapes.ts';
import { type Company, type Field, fieldCode, plans, type RecordType, type World } from './world.ts';

const label = z.string().min(1).max(255);
const newField = z.strictObject({
  field_name: z.string().min(1).max(255),
  field_type: z.enum(['varchar', 'text', 'double', 'phone', 'date', 'enum', 'set', 'monetary', 'user', 'org']),
  options: z.array(z.strictObject({ label })).optional(),
  ui_visibility: z
    .strictObject({ add_visible_flag: z.boolean().optional(), details_visible_flag: z.boolean().optional() })
    .optional(),
  description: z.string().optional(),
});
const someOptions = z.array(z.strictObject({ label })).min(1);
const changedOptions = z.array(z.strictObject({ id: z.number().int(), label })).min(1);
const goneOptions = z.array(z.strictObject({ id: z.number().int() })).min(1);

export function fieldRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  for (const type of ['person', 'organization', 'deal'] as const) {
    const path = `/api/v2/${type}Fields`;
    app.get(path, (c) => {
      const query = checkQuery(c, ['include_fields', 'limit', 'cursor']);
      const { page, next } = pageOf([...c.var.company.fields[type].values()], query);
      return c.json({ success: true, data: page.map(shownField), additional_data: { next_cursor: next } });
    });
    app.post(path, async (c) => {
      requireFieldRight(c);
      const body = await readBody(c, newField);
      const { company } = c.var;
      const hasOptions = body.field_type === 'enum' || body.field_type === 'set';
      if (hasOptions && !body.options?.length) throw invalid("Parameter 'options' is required");
      if (customFieldCount(company) >= plans[company.plan].fields)
        throw forbidden('The limit of custom fields of your plan is reached', {
          code: 'feature_capping_custom_fields_limit',
        });
      return c.json({ success: true, data: shownField(addField(world, company, type, body)) });
    });
    app.post(`${path}/:code/options`, async (c) => {
      const { options } = enumField(c, type);
      const added = (await readBody(c, someOptions)).map((option) => ({ id: world.nextNumber(), ...option }));
      options.push(...added);
      return c.json({ success: true, data: added, additional_data: null });
    });
    app.patch(`${path}/:code/options`, async (c) => {
      const { options } = enumField(c, type);
      const changes = await readBody(c, changedOptions);
      requireOptions(options, changes);
      for (const change of changes) Object.assign(options.find(({ id }) => id === change.id)!, change);
      return c.json({ success: true, data: changes, additional_data: null });
    });
    app.delete(`${path}/:code/options`, async (c) => {
      const { field, options } = enumField(c, type);
      const gone = await readBody(c, goneOptions);
      requireOptions(options, gone);
      field.options = options.filter(({ id }) => !gone.some((one) => one.id === id));
      for (const record of c.var.company.records.values())
        if (gone.some(({ id }) => id === record.customFields[field.code])) record.customFields[field.code] = null;
      return c.json({ success: true, data: gone, additional_data: null });
    });
  }
  return app;
}

/** Atomic: one option that does not exist refuses them all. */
function requireOptions(options: { id: number }[], wanted: { id: number }[]): void {
  if (wanted.some((one) => !options.some(({ id }) => id === one.id))) throw invalid('There is no such option');
}

function enumField(c: Context<FakeEnv>, type: RecordType) {
  requireFieldRight(c);
  const field = c.var.company.fields[type].get(c.req.param('code') ?? '');
  if (!field?.options) throw notFound('field');
  return { field, options: field.options };
}

function requireFieldRight(c: Context<FakeEnv>): void {
  if (!c.var.user.isAdmin && !c.var.user.mayAddFields) throw forbidden();
}

const customFieldCount = (company: Company): number =>
  Object.values(company.fields)
    .flatMap((fields) => [...fields.values()])
    .filter(({ isCustom }) => isCustom).length;

export function addField(
  world: World,
  company: Company,
  type: RecordType,
  { field_name, field_type, options }: { field_name: string; field_type: string; options?: { label: string }[] },
): Field {
  const field: Field = {
    code: fieldCode(world, company, field_name),
    name: field_name,
    type: field_type,
    isCustom: true,
    options: options?.map((option) => ({ id: world.nextNumber(), ...option })) ?? null,
  };
  company.fields[type].set(field.code, field);
  return field;
}

const shownField = (field: Field) => ({
  field_name: field.name,
  field_code: field.code,
  field_type: field.type,
  options: field.options,
  is_custom_field: field.isCustom,
  is_optional_response_field: false,
});

const standardNames: Record<RecordType, [string, string, string][]> = {
  person: [
    ['name', 'Name', 'varchar'],
    ['emails', 'Email', 'varchar'],
    ['org_id', 'Organization', 'org'],
  ],
  organization: [['name', 'Name', 'varchar']],
  deal: [['title', 'Title', 'varchar']],
};
export const standardFields = (type: RecordType): Map<string, Field> =>
  new Map(
    standardNames[type].map(([code, name, kind]) => [code, { code, name, type: kind, isCustom: false, options: null }]),
  );
