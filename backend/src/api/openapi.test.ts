import { isWrite } from '@salesos/shared/api/endpoint.ts';
import { endpoints } from '@salesos/shared/api.ts';
import { problems } from '@salesos/shared/problems.ts';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { type Handlers, mountEndpoints } from './endpoint.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiEnv } from './request.ts';

const document = openApiDocument(endpoints, 'https://app.salesos.test');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    operation: operation as {
      operationId: string;
      summary: string;
      parameters: { name: string; in: string; required: boolean }[];
      requestBody?: unknown;
      responses: Record<string, unknown>;
    },
  })),
);

describe('the OpenAPI document', () => {
  test('lists every route that is served under /v1, and none that is not', () => {
    const app = new Hono<ApiEnv>();
    mountEndpoints(app, endpoints, {} as Handlers<typeof endpoints>);
    const served = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(operations.map(({ route }) => route).sort()).toEqual([...new Set(served)].sort());
    expect(served.length).toBe(Object.keys(endpoints).length);
  });

  test.each(operations)('documents $route in full', ({ route, operation }) => {
    expect(operation.summary).toMatch(/\.$/);
    const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => name).sort()).toEqual(
      [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
    );
    expect(inPath.every(({ required }) => required)).toBe(true);
    const isRead = route.startsWith('GET ');
    expect(operation.parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(!isRead);
    expect(operation.parameters.some(({ name }) => name === 'dryRun')).toBe(!isRead);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '401', '403', '429', '500']));
    if (inPath.length > 0 && !route.includes('by-record')) expect(Object.keys(operation.responses)).toContain('404');
  });

  test('refers only to schemas it contains', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) expect(Object.keys(document.components.schemas)).toContain(ref.split('/').at(-1));
  });

  test('lets answers grow: no schema of an answer forbids further fields', () => {
    for (const { operation } of operations)
      for (const [status, answer] of Object.entries(operation.responses))
        expect([status, JSON.stringify(answer)]).toEqual([
          status,
          expect.not.stringContaining('"additionalProperties":false'),
        ]);
    expect(JSON.stringify(document.components.schemas)).not.toContain('"additionalProperties":false');
  });
});

describe('the route table', () => {
  test.each(Object.entries(endpoints))('%s keeps the rules of the house', (_, endpoint) => {
    const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys('params' in endpoint ? endpoint.params.shape : {}).sort()).toEqual(inPath.sort());
    expect(endpoint.path).toMatch(/^\/v1\/[a-z-]+(\/(\{\w+\}|[a-z-]+))*$/);
    if (isWrite(endpoint)) expect('query' in endpoint).toBe(false);
    else expect('body' in endpoint).toBe(false);
    for (const code of endpoint.errors) expect(Object.keys(problems)).toContain(code);
  });

  test('has one endpoint per method and path', () => {
    const routes = Object.values(endpoints).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });
});
