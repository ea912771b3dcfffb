import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, createClient } from './client.ts';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/** The API as the platform's own `fetch` meets it. */
const api = setupServer();
beforeAll(() => api.listen({ onUnhandledFrame: 'error' }));
afterEach(() => api.resetHandlers());
afterAll(() => api.close());

function clientWith(...answers: { status?: number; body: unknown }[]) {
  const sent: Sent[] = [];
  api.use(
    http.all('https://api.test/*', async ({ request }) => {
      const text = await request.text();
      const { url, method, headers } = request;
      sent.push({
        url,
        method,
        headers: Object.fromEntries(headers),
        body: text ? (JSON.parse(text) as unknown) : null,
      });
      const { status = 200, body } = answers[sent.length - 1] ?? answers.at(-1)!;
      return typeof body === 'string'
        ? new HttpResponse(body, { status })
        : HttpResponse.json(body as object, { status });
    }),
  );
  let count = 0;
  const newKey = () => `key-${++count}`;
  return { client: createClient({ baseUrl: 'https://api.test/', apiKey: 'sos_x', fetch, newKey }), sent };
}

const id = '0197a7f0-0000-7000-8000-000000000001';

describe('a call', () => {
  test('is sent as the route table says', async () => {
    const { client, sent } = clientWith({ body: {} });
    await client.call('getContactScore', { params: { contactId: id }, query: { at: '2026-11-21T00:00:00Z' } });
    expect(sent[0]).toMatchObject({
      method: 'GET',
      url: `https://api.test/v1/contacts/${id}/score?at=2026-11-21T00%3A00%3A00Z`,
      headers: { authorization: 'Bearer sos_x' },
    });
    expect(sent[0]!.headers).not.toHaveProperty('idempotency-key');
  });

  test('that writes gets a key of its own, or the one given', async () => {
    const { client, sent } = clientWith({ body: {} });
    const body = { contactId: id, sequenceId: id };
    await client.call('enroll', { body });
    await client.call('enroll', { body });
    await client.call('enroll', { body, idempotencyKey: 'mine', dryRun: true });
    expect(sent.map(({ headers }) => headers['idempotency-key'])).toEqual(['key-1', 'key-2', 'mine']);
    expect(sent[2]!.url).toBe('https://api.test/v1/enrollments?dryRun=true');
    expect(sent[0]!.body).toEqual(body);
  });

  test('keeps an odd path part in its place', async () => {
    const { client, sent } = clientWith({ body: {} });
    const params = { crm: 'hubspot', objectType: 'contact', recordId: '../x?y' };
    await client.call('getContactByRecord', { params });
    expect(sent[0]!.url).toBe('https://api.test/v1/contacts/by-record/hubspot/contact/..%2Fx%3Fy');
  });
});

describe('an error', () => {
  const problem = {
    type: 'https://api.test/problems/not_found',
    title: 'T',
    status: 404,
    detail: 'There is no contact with this id.',
    instance: '/v1/contacts/1',
    code: 'not_found',
    request_id: 'r',
  };

  test('is typed, with code and sentence', async () => {
    const { client } = clientWith({ status: 404, body: problem });
    const error = await client.call('getContact', { params: { contactId: id } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 404, code: 'not_found', message: problem.detail, problem });
  });

  test.each([
    [502, '<html>Bad gateway</html>'],
    [200, 'not json'],
  ])('of a proxy (%s) is one too', async (status, body) => {
    const { client } = clientWith({ status, body });
    await expect(client.call('getMe', {})).rejects.toMatchObject({ status, code: 'unknown', problem: null });
  });
});

test('a list is walked page by page, keeping its filter', async () => {
  const pageOf = (ids: number[], nextCursor: string | null) => ({
    body: { data: ids.map((one) => ({ id: one })), nextCursor, hasMore: nextCursor !== null },
  });
  const { client, sent } = clientWith(pageOf([1, 2], 'c1'), pageOf([], 'c2'), pageOf([3], null));
  const seen: unknown[] = [];
  for await (const task of client.all('listTasks', { query: { status: 'open', limit: '2' } })) seen.push(task.id);
  expect(seen).toEqual([1, 2, 3]);
  expect(sent.map(({ url }) => url.split('?')[1])).toEqual([
    'status=open&limit=2',
    'status=open&limit=2&cursor=c1',
    'status=open&limit=2&cursor=c2',
  ]);
});
