import { fill as sharedFill } from '@salesos/shared/wording.ts';
import { points, when } from 'c/salesosFormat';
import { fill } from 'c/salesosLabels';
import { expect, test } from 'vitest';

test('an instant is shown in the user’s language and time zone', () => {
  expect(when('2026-11-23T08:15:00Z')).toBe('Mon, 23 Nov 2026, 09:15 CET');
});

test('points are shown to a tenth', () => {
  expect([points(40), points(24.46)]).toEqual(['40.0', '24.5']);
});

test('words are filled in as in the other CRMs’ cards', () => {
  const [words, values] = ['{count} of {all}, {nobody}', { count: 1, all: 'two' }] as const;
  expect(fill(words, values)).toBe('1 of two, {nobody}');
  expect(fill(words, values)).toBe(sharedFill(words, values));
});
