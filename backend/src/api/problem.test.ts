import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enrollRefusals } from '@salesos/shared/actions.ts';
import { problems } from '@salesos/shared/problems.ts';
import { expect, test } from 'vitest';

const source = new URL('..', import.meta.url).pathname;
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('harness'),
);

/** Codes given to the domain errors, as in `new Conflict('…', { code: 'connect_expired' })`. */
function codesOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const errors =
    /new (?:DomainError|InvalidInput|Unauthenticated|Forbidden|NotFound|Conflict|TooMany|VendorUnavailable)\(/g;
  return [...text.matchAll(errors)].flatMap((match) => {
    const call = text.slice(match.index, text.indexOf(');', match.index));
    return [...(/\bcode: '([a-z_]+)'/.exec(call.replace(/fields: \[[\s\S]*?\]/, '')) ?? [])].slice(1);
  });
}

test('every error code that is thrown has a page that says how to mend it', () => {
  const thrown = new Set(files.flatMap(codesOf));
  expect(thrown.size).toBeGreaterThan(8);
  expect([...thrown].filter((code) => !(code in problems))).toEqual([]);
});

test('every refusal of an enrollment has one too: the card answers with it', () => {
  const codes = Object.keys(enrollRefusals).map((code) => code.toLowerCase());
  expect(codes.filter((code) => !(code in problems))).toEqual([]);
});

test('a fix is a sentence', () => {
  for (const { title, fix } of Object.values(problems)) {
    expect(title).not.toMatch(/\.$/);
    expect(fix).toMatch(/\.$/);
  }
});
