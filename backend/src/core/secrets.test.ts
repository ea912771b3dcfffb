import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecrets, deriveKey, sameText } from './secrets.ts';

const fingerprintKey = deriveKey('test', 'fingerprint');
const key = (id: string) => ({ id, key: deriveKey(id, 'seal') });
const [a, b] = [key('a'), key('b')];
const secrets = createSecrets([a], fingerprintKey);
const context = 'tenant|table|row';
const plain = 'canary-refresh-token';

const failureOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return `${(error as Error).message} ${(error as Error).stack}`;
  }
  throw new Error('it opened');
};

describe('a sealed secret', () => {
  it('opens to what was sealed, and looks different each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, context) => {
        const sealed = secrets.seal(text, context);
        expect(secrets.open(sealed, context)).toBe(Buffer.from(text).toString());
        expect(secrets.seal(text, context)).not.toBe(sealed);
      }),
    );
  });

  it('does not open in another row, nor with another key of the same name', () => {
    const sealed = secrets.seal(plain, context);
    expect(failureOf(() => secrets.open(sealed, 'tenant|table|other row'))).not.toContain(plain);
    const other = createSecrets([{ id: 'a', key: b.key }], fingerprintKey);
    expect(failureOf(() => other.open(sealed, context))).not.toContain(plain);
  });

  it('does not open when any of its bits was flipped', () => {
    const sealed = secrets.seal(plain, context);
    const [version, id, packed] = sealed.split('.');
    const bytes = Buffer.from(packed!, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      failureOf(() => secrets.open(`${version}.${id}.${flipped.toString('base64url')}`, context));
    }
  });

  it('does not open when it was cut short, even to a shorter tag', () => {
    const [version, id, packed] = secrets.seal('', context).split('.');
    const bytes = Buffer.from(packed!, 'base64url');
    for (let length = 0; length < bytes.length; length++)
      failureOf(() => secrets.open(`${version}.${id}.${bytes.subarray(0, length).toString('base64url')}`, context));
  });

  it('of an unknown key, version or form is refused with a sentence that tells no secret', () => {
    const sealed = createSecrets([b], fingerprintKey).seal(plain, context);
    for (const wrong of [
      sealed,
      sealed.replace('v1', 'v2'),
      '',
      'v1',
      'v1.a',
      'v1.a.',
      plain,
      `v1.constructor.${plain}`,
    ]) {
      const failure = failureOf(() => secrets.open(wrong, context));
      expect(failure).toMatch(/^This secret was (sealed with a key that is not configured|cut short)\./);
      expect(failure).not.toContain(plain);
    }
  });
});

it('a rotation under load: 100,000 values are opened while keys are added, moved to the front and removed; none fails', () => {
  const older = createSecrets([a], fingerprintKey);
  const rows = Array.from({ length: 500 }, (_, n) => older.seal(`token ${n}`, `row ${n}`));
  const phases = [[a], [a, b], [b, a], [b, a], [b]].map((keys) => createSecrets(keys, fingerprintKey));
  let opened = 0;
  for (const [phase, current] of phases.entries()) {
    // Processes that were not restarted yet still have the keys of the phase before.
    const processes = [current, phases[Math.max(0, phase - 1)]!];
    for (let round = 0; round < 20; round++) {
      for (const [n, sealed] of rows.entries()) {
        for (const own of processes) {
          if (own.open(sealed, `row ${n}`) === `token ${n}`) opened++;
        }
        // As a grant does when it is used: once the new key seals, every old value is sealed again.
        if (phase >= 2 && current.isOld(sealed)) rows[n] = current.seal(`token ${n}`, `row ${n}`);
      }
    }
  }
  expect(opened).toBe(100_000);
  expect(rows.every((sealed) => !phases.at(-1)!.isOld(sealed))).toBe(true);
});

it('an old value is known by its key; the fingerprint does not change with the keys', () => {
  const rotated = createSecrets([b, a], fingerprintKey);
  const sealed = secrets.seal(plain, context);
  expect([secrets.isOld(sealed), rotated.isOld(sealed)]).toEqual([false, true]);
  expect(rotated.open(sealed, context)).toBe(plain);
  expect(rotated.fingerprint('value', 'purpose')).toBe(secrets.fingerprint('value', 'purpose'));
  expect(secrets.fingerprint('value', 'purpose')).not.toBe(secrets.fingerprint('value', 'other purpose'));
  expect(secrets.fingerprint('b', 'a')).not.toBe(secrets.fingerprint('', 'a\0b'));
});

it('texts are the same when every byte is', () => {
  const text = randomBytes(16).toString('base64url');
  expect(sameText(text, text)).toBe(true);
  for (const other of ['', `${text}x`, text.slice(1), `${text.slice(0, -1)}.`])
    expect(sameText(text, other)).toBe(false);
  expect(sameText('é', 'e\u0301')).toBe(false);
});
