import { describe, expect, it } from 'vitest';
import { countryCode } from './country.ts';
import { timeZoneOf } from './time-zone.ts';

describe('the country of a record', () => {
  it.each([
    ['FR', 'FR'],
    ['fr', 'FR'],
    [' France ', 'FR'],
    ['Italia', 'IT'],
    ['Deutschland', 'DE'],
    ['Allemagne', 'DE'],
    ['USA', 'US'],
    ['United States', 'US'],
    ['UK', 'GB'],
    ['England', 'GB'],
    ['Czech Republic', 'CZ'],
    ['Atlantis', null],
    ['FX', null],
    ['', null],
    [null, null],
  ])('%s is %s', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });
});

describe('the time zone of a person', () => {
  it("is the record's own", () => {
    const found = timeZoneOf({ timeZone: 'America/Denver', countryCode: 'FR' });
    expect(found).toEqual({ timeZone: 'America/Denver', timeZoneSource: 'record' });
  });

  it("is the country's when it has one zone, also where the record's own is no zone", () => {
    for (const timeZone of [null, 'Nowhere/City', '']) {
      const found = timeZoneOf({ timeZone, countryCode: 'FR' });
      expect(found).toEqual({ timeZone: 'Europe/Paris', timeZoneSource: 'country' });
    }
  });

  it('is left to the account in a country with several zones, or without a country', () => {
    for (const countryCode of ['US', 'BR', 'AU', 'CA', 'RU', 'XX', null])
      expect(timeZoneOf({ timeZone: null, countryCode })).toEqual({ timeZone: null, timeZoneSource: 'account' });
  });
});
