import { expect, test } from 'vitest';
import { dateStyleOf, when } from './when.ts';

test('an instant is shown in the account’s time zone and the rep’s language', () => {
  const instant = '2026-11-23T08:15:00Z';
  expect(when(instant, dateStyleOf('en-gb', 'Europe/Oslo'))).toBe('Mon, 23 Nov 2026, 09:15 CET');
  expect(when(instant, dateStyleOf('de_DE', 'America/New_York'))).toContain('03:15');
});

test.each([
  [undefined, undefined],
  ['not a locale!', 'Nowhere/Land'],
  ['', ''],
])('an unknown locale %j or zone %j falls back to English and UTC', (locale, timeZone) => {
  expect(dateStyleOf(locale, timeZone)).toEqual({ locale: 'en', timeZone: 'UTC' });
});
