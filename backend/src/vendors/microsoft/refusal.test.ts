import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../core/http.ts';
import { readRefusal } from './refusal.ts';

const now = new Date('2026-11-23T09:00:00Z');

function answer(status: number, body: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers, body: Buffer.from(body), text: () => body, json: () => JSON.parse(body) };
}

const graph = (status: number, code: string, headers?: Record<string, string>) =>
  answer(status, JSON.stringify({ error: { code, message: 'x', innerError: {} } }), headers);

describe('what a refusal of Graph means', () => {
  test.each([
    [400, 'ErrorInvalidRecipients', 'invalid'],
    [400, 'ErrorMimeContentInvalidBase64String', 'invalid'],
    [400, 'ErrorInvalidIdMalformed', 'not_found'],
    [400, 'syncStateNotFound', 'lost_place'],
    [401, 'InvalidAuthenticationToken', 'reconnect'],
    [403, 'ErrorAccessDenied', 'reconnect'],
    [403, 'ErrorSendAsDenied', 'invalid'],
    [403, 'ErrorQuotaExceeded', 'later'],
    [404, 'ErrorItemNotFound', 'not_found'],
    [404, 'MailboxNotEnabledForRESTAPI', 'reconnect'],
    [404, 'syncStateNotFound', 'lost_place'],
    [410, 'resyncRequired', 'lost_place'],
    [413, 'ErrorMessageSizeExceeded', 'invalid'],
    [429, 'ApplicationThrottled', 'rate'],
    [503, 'ApplicationThrottled', 'rate'],
    [503, 'serviceNotAvailable', 'failed'],
    [500, 'ErrorInternalServerError', 'failed'],
    [504, 'UnknownError', 'failed'],
  ])('%i %s is %s', (status, code, kind) => {
    expect(readRefusal(graph(status, code), now)).toMatchObject({ kind, code, status });
  });

  test.each([
    [400, 'later'],
    [404, 'not_found'],
    [407, 'later'],
    [411, 'later'],
    [429, 'rate'],
    [502, 'failed'],
  ])("%i with a proxy's page is %s: no mail is rejected for it", (status, kind) => {
    for (const body of [
      '<html>',
      '',
      '"text"',
      'null',
      '{"error":"x"}',
      '{"error":{"code":7}}',
      '{"error":{"code":""}}',
    ])
      expect(readRefusal(answer(status, body), now)).toMatchObject({ kind, code: `http_${status}` });
  });

  test.each([
    ['seconds', { 'retry-after': '17' }, 17],
    ['no seconds at all', { 'retry-after': '0' }, 1],
    ['a date', { 'retry-after': 'Mon, 23 Nov 2026 09:01:30 GMT' }, 90],
    ['a moment in the past', { 'retry-after': 'Mon, 23 Nov 2026 08:00:00 GMT' }, 1],
    ['nonsense', { 'retry-after': 'soon' }, 60],
    ['nothing', {}, 60],
  ] as const)('a wait told by %s', (_, headers, seconds) => {
    expect(readRefusal(graph(429, 'ApplicationThrottled', { ...headers }), now).retryAfterSeconds).toBe(seconds);
  });
});
