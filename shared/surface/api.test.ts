import { describe, expect, test } from 'vitest';
import { createApi, type SurfaceFetch } from './api.ts';

const record = { objectType: 'contact', recordId: '1' };
const answer = (status: number, body: unknown) => async () => ({ ok: status < 300, status, json: async () => body });
const problem = {
  type: 'about:blank',
  title: 'Refused',
  status: 422,
  detail: 'She opted out.',
  instance: '/',
  code: 'opted_out',
  request_id: 'r1',
};

test('a request is a POST with a JSON body to the configured origin', async () => {
  const sent: unknown[] = [];
  const fetch: SurfaceFetch = async (...call) => {
    sent.push(call);
    return { ok: true, status: 200, json: async () => ({ items: [], nextCursor: null }) };
  };
  const api = createApi(fetch, 'https://salesos.example.com');
  expect(await api('/cards/activity', { ...record, cursor: 'c' })).toEqual({ items: [], nextCursor: null });
  expect(sent).toEqual([
    ['https://salesos.example.com/cards/activity', { method: 'POST', body: { ...record, cursor: 'c' } }],
  ]);
});

describe('a failure carries a sentence, and whether it may have happened all the same', () => {
  test.each([
    [
      'a refusal',
      answer(422, problem),
      { message: 'She opted out.', code: 'opted_out', status: 422, outcomeUnknown: false },
    ],
    [
      'a refusal of single fields',
      answer(422, { ...problem, errors: [{ pointer: '/dailyCap', code: 'invalid', message: 'Too many.' }] }),
      { errors: [{ pointer: '/dailyCap', message: 'Too many.' }] },
    ],
    [
      'a busy backend',
      answer(429, { ...problem, detail: 'Too many.' }),
      { message: 'Too many.', outcomeUnknown: true },
    ],
    ['an act still running', answer(409, { ...problem, detail: 'Still running.' }), { outcomeUnknown: true }],
    ['a broken backend', answer(500, { ...problem, detail: 'Broken.' }), { message: 'Broken.', outcomeUnknown: true }],
    [
      'an error that is no problem document',
      answer(400, { error: 'x' }),
      { message: 'SalesOS could not do this (error 400). Try again.', outcomeUnknown: false },
    ],
    ['an empty error', answer(502, null), { code: 'unknown', outcomeUnknown: true }],
    [
      'a page in place of JSON',
      async () => ({ ok: true, status: 200, json: async () => JSON.parse('<html>') }),
      { code: 'no_answer', outcomeUnknown: true },
    ],
    [
      'no connection',
      async () => {
        throw new TypeError('fetch failed');
      },
      { code: 'no_answer', status: null, outcomeUnknown: true },
    ],
  ] satisfies [string, SurfaceFetch, object][])('%s', async (_name, fetch, expected) => {
    await expect(createApi(fetch, 'https://a.test')('/cards/contact', record)).rejects.toMatchObject(expected);
  });
});

test.each([undefined, '', 7])(
  'without an origin (%s) nothing is asked, and an admin reads what is missing',
  async (origin) => {
    const api = createApi(() => Promise.reject(new Error('asked')), origin);
    await expect(api('/cards/contact', record)).rejects.toMatchObject({
      code: 'no_origin',
      message: expect.stringContaining('API_ORIGIN'),
    });
  },
);
