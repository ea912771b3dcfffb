/** OpenAPI 3.1, made from the route table. */

import { type Endpoint, isWrite } from '@salesos/shared/api/endpoint.ts';
import { apiVersions } from '@salesos/shared/api.ts';
import { problem } from '@salesos/shared/cards.ts';
import { problems } from '@salesos/shared/problems.ts';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

/** Every endpoint can answer with these, besides its own. */
const everyEndpoint = [400, 401, 403, 429, 500];
const statusOf: Partial<Record<string, number>> = {
  not_found: 404,
  conflict: 409,
  already_answered: 409,
  not_joinable: 409,
  invalid_input: 422,
  crm_not_connected: 403,
  vendor_unavailable: 503,
};

export function openApiDocument(table: Record<string, Endpoint>, publicUrl: string) {
  const schemas: Record<string, JsonSchema> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
    hoist(z.toJSONSchema(schema, { io, override: io === 'output' ? allowMore : undefined }), schemas);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, endpoint] of Object.entries(table)) {
    const operation = {
      operationId: name,
      summary: endpoint.summary,
      tags: [endpoint.path.split('/')[2]],
      security: [{ apiKey: [] }],
      'x-scopes': endpoint.scopes,
      parameters: parametersOf(endpoint, schemaOf),
      ...(endpoint.body
        ? { requestBody: { required: true, content: jsonContent(schemaOf(endpoint.body, 'input')) } }
        : {}),
      responses: {
        [endpoint.status]: { description: 'Done.', content: jsonContent(schemaOf(endpoint.response, 'output')) },
        ...problemResponses(endpoint),
      },
    };
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation };
  }
  schemas.Problem = schemaOf(problem, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'SalesOS',
      version: apiVersions[0],
      description: `Sales sequences inside the CRM. Errors are RFC 9457 problems; their codes: ${Object.keys(problems).join(', ')}.`,
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with scopes.' } },
    },
  };
}

function parametersOf(endpoint: Endpoint, schemaOf: (schema: z.ZodType, io: 'input') => JsonSchema) {
  const fields = (place: 'path' | 'query', schema: z.ZodObject | undefined) =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
      name,
      in: place,
      required: !(field as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(field as z.ZodType, 'input'),
    }));
  const header = (name: string, required: boolean, description: string) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...fields('path', endpoint.params),
    ...fields('query', endpoint.query),
    header('SalesOS-Version', false, 'The date of the shapes; a key keeps the one it was first used with.'),
    ...(isWrite(endpoint)
      ? [
          header('Idempotency-Key', true, 'A new text per act, 1 to 255 characters; the same for a repeat.'),
          {
            name: 'dryRun',
            in: 'query',
            required: false,
            description: 'Checks everything and gives the answer it would give; nothing is stored.',
            schema: { type: 'string', enum: ['true', 'false'], default: 'false' },
          },
        ]
      : []),
  ];
}

function problemResponses(endpoint: Endpoint): Record<number, unknown> {
  const own = endpoint.errors.map((code) => statusOf[code] ?? 400);
  const write = isWrite(endpoint) ? [409, 413, 415, 422] : [];
  const statuses = [...new Set([...everyEndpoint, ...own, ...write])].sort((a, b) => a - b);
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(statuses.map((status) => [status, { description: 'A problem.', content }]));
}

/** Answers may gain fields without a new version, so a client must not refuse what it does not know. */
function allowMore({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

const jsonContent = (schema: JsonSchema) => ({ 'application/json': { schema } });

/** Moves the named parts of a schema to the components, where they are told once. */
function hoist(schema: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const { $schema: _, $defs, ...rest } = schema;
  const moved = (part: unknown) =>
    JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
  for (const [name, part] of Object.entries(($defs as Record<string, JsonSchema>) ?? {})) schemas[name] = moved(part);
  const { id: name, ...unnamed } = rest;
  if (typeof name !== 'string') return moved(rest);
  schemas[name] = moved(unnamed);
  return { $ref: `#/components/schemas/${name}` };
}
