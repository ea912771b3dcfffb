/**
 * Checks requests against HubSpot's published request descriptions (OpenAPI 3.0), for tests. The descriptions know the
 * numbered paths only, so a dated path is mapped to its numbered twin first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
}
interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface CheckedRequest {
  method: string;
  url: string;
  body?: string | Buffer;
}

export function readDescriptions(folder: string): Description[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Description);
}

/** What is wrong with a request; empty when some description allows it as it is. */
export function problemsOf(request: CheckedRequest, descriptions: Description[]): string[] {
  const url = new URL(request.url);
  const path = numberedPath(url.pathname);
  const body: unknown = request.body === undefined ? undefined : JSON.parse(String(request.body));
  const attempts = descriptions.flatMap((description) =>
    Object.entries(description.paths).flatMap(([template, methods]) => {
      const operation = methods[request.method.toLowerCase()];
      return operation && fits(template, path) ? [problemsWith(operation, description, url, body)] : [];
    }),
  );
  if (attempts.length === 0) return [`no operation ${request.method} ${path}`];
  return attempts.some((problems) => problems.length === 0) ? [] : attempts.flat();
}

function numberedPath(path: string): string {
  return path
    .replace(/^\/crm\/objects\/2026-09\/(.*\/associations\/.*)/, '/crm/v4/objects/$1')
    .replace('/crm/objects/2026-09/', '/crm/v3/objects/')
    .replace('/crm/properties/2026-09/', '/crm/v3/properties/')
    .replace(/^\/crm\/owners\/2026-09$/, '/crm/v3/owners/')
    .replace('/crm/associations/2026-09/', '/crm/v4/associations/');
}

function fits(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
}

function problemsWith(operation: Operation, description: Description, url: URL, body: unknown): string[] {
  const allowed = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const problems = [...new Set(url.searchParams.keys())]
    .filter((name) => !allowed.some((parameter) => parameter.name === name))
    .map((name) => `unknown query parameter ${name}`);
  for (const { name, required } of allowed) {
    if (required && !url.searchParams.has(name)) problems.push(`missing query parameter ${name}`);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema && body !== undefined) problems.push(...mismatches(schema, body, 'body', description));
  if (!schema && body !== undefined) problems.push('a body where none is expected');
  if (schema && body === undefined && operation.requestBody?.required) problems.push('missing body');
  return problems;
}

function mismatches(schema: Schema, value: unknown, at: string, description: Description): string[] {
  if (schema.$ref) {
    const target = description.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target ? mismatches(target, value, at, description) : [`${at}: unresolved ${schema.$ref}`];
  }
  if (schema.enum && !schema.enum.includes(value))
    return [`${at}: ${String(value)} is none of ${schema.enum.join(', ')}`];
  switch (schema.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${at}: not an array`];
      return value.flatMap((item, index) => mismatches(schema.items ?? {}, item, `${at}[${index}]`, description));
    case 'object':
      return objectMismatches(schema, value, at, description);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${at}: not an integer`];
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === schema.type ? [] : [`${at}: not a ${schema.type}`];
    default:
      return [];
  }
}

function objectMismatches(schema: Schema, value: unknown, at: string, description: Description): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: not an object`];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}: ${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = schema.properties?.[name] ?? schema.additionalProperties;
    if (known === undefined || known === false) return [`${at}: ${name} is unknown`];
    return known === true ? [] : mismatches(known, member, `${at}.${name}`, description);
  });
  return [...missing, ...wrong];
}
