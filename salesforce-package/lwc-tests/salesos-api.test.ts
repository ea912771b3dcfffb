import { asFailure, ask, createActs } from 'c/salesosApi';
import { beforeEach, describe, expect, test } from 'vitest';
import { type ApexCall, apex } from './stubs/call.ts';

let asked: ApexCall[];
/** Answers one call after the other, each a JSON text or something thrown; the last one again and again. */
function answering(...answers: (string | { thrown: unknown })[]): void {
  asked = [];
  apex.answer = async (call) => {
    const answer = answers[Math.min(asked.push(call), answers.length) - 1];
    if (typeof answer === 'object') throw answer.thrown;
    return answer ?? '{}';
  };
}
const refusal = (status: number, code: string, detail: string) => ({
  thrown: { body: { message: JSON.stringify({ status, code, detail }) } },
});
beforeEach(() => answering('{}'));

test('a request carries its path and its JSON through Apex, and the answer is read', async () => {
  answering('{"items":[],"nextCursor":null}');
  expect(await ask('/cards/activity', { cursor: 'c' })).toEqual({ items: [], nextCursor: null });
  expect(asked).toEqual([{ path: '/cards/activity', body: '{"cursor":"c"}' }]);
});

describe('a failure carries a sentence, and whether it may have happened all the same', () => {
  test.each([
    [
      'a refusal',
      refusal(422, 'opted_out', 'She opted out.'),
      { message: 'She opted out.', status: 422, outcomeUnknown: false, errors: [] },
    ],
    [
      'a refusal of single fields',
      {
        thrown: {
          body: {
            message:
              '{"status":422,"code":"invalid_input","detail":"Too many.","errors":[{"pointer":"/dailyCap","message":"Too many."}]}',
          },
        },
      },
      { message: 'Too many.', errors: [{ pointer: '/dailyCap', message: 'Too many.' }] },
    ],
    ['an act still running', refusal(409, 'idempotency_key_running', 'Still running.'), { outcomeUnknown: true }],
    ['a busy backend', refusal(429, 'rate_limited', 'Too many.'), { outcomeUnknown: true }],
    [
      'no answer',
      refusal(0, 'unreachable', 'No answer.'),
      { message: 'No answer.', status: null, outcomeUnknown: true },
    ],
    [
      'no credential',
      refusal(0, 'no_access', 'Not connected for you.'),
      { status: 401, code: 'no_access', outcomeUnknown: false },
    ],
    [
      'an error without a sentence',
      { thrown: { body: { message: '{"status":400}' } } },
      { message: 'SalesOS could not do this (error 400). Try again.', status: 400 },
    ],
    [
      'a class the user may not call',
      { thrown: { body: { message: "You do not have access to the Apex class named 'SalesOSCardController'." } } },
      { status: 403, code: 'class_hidden', outcomeUnknown: false },
    ],
    [
      'an error of the platform',
      { thrown: { body: { message: 'Internal error 1234' } } },
      { code: 'no_answer', outcomeUnknown: true },
    ],
    ['a lost connection', { thrown: new TypeError('Failed to fetch') }, { code: 'no_answer', outcomeUnknown: true }],
    ['a page in place of JSON', '<html>', { code: 'no_answer', outcomeUnknown: true }],
  ])('%s', async (_name, answer, expected) => {
    answering(answer);
    await expect(ask('/cards/contact', {})).rejects.toMatchObject(expected);
  });

  test('what was translated once stays as it is', () => {
    const failure = asFailure(new Error('x'));
    expect(asFailure(failure)).toBe(failure);
  });
});

describe('a request without an answer is repeated once, and nothing else is', () => {
  test.each([
    ['no answer', refusal(0, 'unreachable', ''), 2],
    ['a gateway without its backend', refusal(502, 'unexpected_answer', ''), 2],
    ['a refusal', refusal(422, 'opted_out', ''), 1],
    ['a busy backend', refusal(429, 'rate_limited', ''), 1],
    ['a broken backend', refusal(500, 'internal', ''), 1],
  ])('%s', async (_name, answer, times) => {
    answering(answer);
    await expect(ask('/cards/contact', {})).rejects.toThrow();
    expect(asked).toHaveLength(times);
  });

  test('the repeat is the same request, key and all', async () => {
    answering(refusal(0, 'unreachable', 'No answer.'), '{"message":"Stopped."}');
    const perform = createActs(() => 'k1');
    expect(await perform('stop:1', '/cards/enrollments/stop', { enrollmentId: '1' })).toEqual({ message: 'Stopped.' });
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]?.body).toBe('{"enrollmentId":"1","idempotencyKey":"k1"}');
  });
});

describe('an act keeps its key until its outcome is known', () => {
  const keys = () => asked.map(({ body }) => JSON.parse(body).idempotencyKey);
  const counted = () => {
    let next = 0;
    return createActs(() => `k${++next}`);
  };

  test('tried again after an unknown outcome it has the same key; done again later, a new one', async () => {
    answering(refusal(500, 'internal', ''), '{}');
    const perform = counted();
    await expect(perform('stop:1', '/p', {})).rejects.toThrow();
    await perform('stop:1', '/p', {});
    await perform('stop:1', '/p', {});
    expect(keys()).toEqual(['k1', 'k1', 'k2']);
  });

  test('after a refusal, and for another act, the key is a new one', async () => {
    answering(refusal(422, 'opted_out', ''), '{}');
    const perform = counted();
    await expect(perform('stop:1', '/p', {})).rejects.toThrow();
    await perform('stop:1', '/p', {});
    await perform('stop:2', '/p', {});
    expect(keys()).toEqual(['k1', 'k2', 'k3']);
  });
});
