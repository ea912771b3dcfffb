import { describe, expect, it } from 'vitest';
import { trackingLevelOf } from './tracking-level.ts';

const november = new Date('2026-11-21T12:00:00Z');
const person = { country: null, address: 'kim@example.com', consented: false };

describe('how much may be measured', () => {
  it('is what the account chose, where no law says otherwise', () => {
    for (const country of ['DE', 'US', 'Atlantis', null])
      expect(trackingLevelOf('full', { ...person, country }, november)).toBe('full');
  });

  it('is hygiene at most in France and Italy without consent', () => {
    for (const country of ['FR', 'France', 'Italia', 'RE'])
      expect(trackingLevelOf('full', { ...person, country }, november)).toBe('hygiene');
    expect(trackingLevelOf('none', { ...person, country: 'FR' }, november)).toBe('none');
    expect(trackingLevelOf('full', { ...person, country: 'FR', consented: true }, november)).toBe('full');
  });

  it('follows the address where the country is unknown, and the country where it is known', () => {
    expect(trackingLevelOf('full', { ...person, address: 'kim@example.fr' }, november)).toBe('hygiene');
    expect(trackingLevelOf('full', { ...person, country: 'DE', address: 'kim@example.fr' }, november)).toBe('full');
    expect(trackingLevelOf('full', { ...person, address: null }, november)).toBe('full');
  });

  it('begins with the day a law is in force', () => {
    const italian = { ...person, country: 'IT' };
    expect(trackingLevelOf('full', italian, new Date('2026-10-28T22:59:59Z'))).toBe('full');
    expect(trackingLevelOf('full', italian, new Date('2026-10-28T23:00:00Z'))).toBe('hygiene');
  });
});
