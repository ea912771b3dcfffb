import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFailure, waitSeconds } from './smtp-reply.ts';

const now = new Date('2026-11-23T09:00:00Z');

test.each([
  ['450 4.2.0 Greylisted, see http://x.example, try again in 5 minutes', 300],
  ['Too fast. Retry after 90 seconds.', 90],
  ['wait for 2 hours', 7200],
  ['retry after 2026-11-23T09:10:00Z', 600],
  ['retry after 2025-01-01T00:00:00Z', null],
  ['try again in 999999 hours', 86_400],
  ['Try again later', null],
])('“%s” asks to wait %s seconds', (text, seconds) => {
  expect(waitSeconds(text, now)).toBe(seconds);
});

test('whatever a server says after the content: only a refusal in plain numbers means "not sent"', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), fc.string(), (code, text) => {
      const { outcome } = readFailure(
        { reply: { code, text: `${code} ${text}` }, kind: 'EMESSAGE', message: text, stage: 'content' },
        now,
      );
      const isRefusal = code >= 400 && code < 600 && code !== 503;
      expect(outcome === 'unknown').toBe(!isRefusal);
    }),
  );
});

test('whatever happens before the content, it is never unknown', () => {
  fc.assert(
    fc.property(fc.option(fc.integer({ min: 100, max: 999 })), fc.string(), (code, message) => {
      const reply = code === null ? null : { code, text: message };
      expect(readFailure({ reply, kind: 'ECONNECTION', message, stage: 'envelope' }, now).outcome).not.toBe('unknown');
    }),
  );
});
