import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../core/http.ts';
import { readRefusal } from './refusal.ts';

const now = new Date('2026-11-23T09:00:00Z');

function answer(status: number, body: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body: Buffer.from(body), text: () => body, json: () => JSON.parse(body) };
}

const google = (code: number, reason: string, message = 'x') =>
  answer(code, JSON.stringify({ error: { code, message, errors: [{ reason, message, domain: 'global' }] } }));

describe('what a refusal of Gmail means', () => {
  test.each([
    [400, 'invalidArgument', 'invalid'],
    [400, 'failedPrecondition', 'reconnect'],
    [401, 'authError', 'reconnect'],
    [403, 'rateLimitExceeded', 'rate'],
    [403, 'userRateLimitExceeded', 'rate'],
    [403, 'dailyLimitExceeded', 'rate'],
    [403, 'insufficientPermissions', 'reconnect'],
    [403, 'domainPolicy', 'reconnect'],
    [403, 'accessNotConfigured', 'later'],
    [404, 'notFound', 'not_found'],
    [413, 'uploadTooLarge', 'invalid'],
    [429, 'rateLimitExceeded', 'rate'],
    [500, 'backendError', 'failed'],
    [503, 'backendError', 'failed'],
  ])('%i %s is %s', (status, reason, kind) => {
    expect(readRefusal(google(status, reason), now)).toMatchObject({ kind, code: reason, status });
  });

  test.each([
    [400, 'later'],
    [404, 'not_found'],
    [407, 'later'],
    [429, 'rate'],
    [502, 'failed'],
  ])("%i with a proxy's page is %s: no mail is rejected for it", (status, kind) => {
    for (const body of ['<html>', '', '"text"', 'null', '{"error":"x"}', '{"error":{"errors":{}}}']) {
      if (status === 400 && body.startsWith('{"error":{')) continue;
      expect(readRefusal(answer(status, body), now)).toMatchObject({ kind, code: `http_${status}` });
    }
  });
});

describe('how long to wait', () => {
  test.each([
    ['seconds', google(429, 'rateLimitExceeded'), { 'retry-after': '17' }, 17],
    ['a date', google(503, 'backendError'), { 'retry-after': 'Mon, 23 Nov 2026 09:01:30 GMT' }, 90],
    ['a moment in the past', google(429, 'x'), { 'retry-after': 'Mon, 23 Nov 2026 08:00:00 GMT' }, 1],
    ['the sentence', google(429, 'x', 'User-rate limit exceeded.  Retry after 2026-11-23T11:00:00.000Z'), {}, 7200],
    ['nothing', google(429, 'rateLimitExceeded'), {}, 60],
    ['nothing at all for the day', google(403, 'dailyLimitExceeded'), {}, 3600],
    ['nonsense', google(429, 'x', 'Retry after lunch'), { 'retry-after': 'soon' }, 60],
  ])('told by %s', (_, refused, headers, seconds) => {
    expect(readRefusal({ ...refused, headers }, now).retryAfterSeconds).toBe(seconds);
  });
});
