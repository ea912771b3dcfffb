import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress, registrableDomain } from './email-address.ts';

describe('parseAddress', () => {
  test.each([
    ['dana@example.com', 'dana@example.com'],
    ['  Dana@EXAMPLE.com \n', 'Dana@example.com'],
    ['Dana Vale <dana@example.com>', 'dana@example.com'],
    ['"Vale, Dana" <dana@example.com>', 'dana@example.com'],
    ['<dana@example.com>', 'dana@example.com'],
    ['mailto:dana@example.com?subject=hi', 'dana@example.com'],
    ['\u200bdana@example.com\ufeff', 'dana@example.com'],
    ['dana@example.com.', 'dana@example.com'],
    ['dana+tag@sub.example.co.uk', 'dana+tag@sub.example.co.uk'],
    ["o'hara@example.ie", "o'hara@example.ie"],
    ['dana@Bücher.example', 'dana@xn--bcher-kva.example'],
    ['dana@例え.jp', 'dana@xn--r8jz45g.jp'],
    ['"dana vale"@example.com', '"dana vale"@example.com'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%j is understood', (input, address) => {
    expect(parseAddress(input)).toMatchObject({ address, key: address.toLowerCase() });
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['dana', 'no "@"'],
    ['@example.com', 'nothing before'],
    ['dana@', 'nothing after'],
    ['dana@localhost', 'no dot'],
    ['dana@@example.com', 'more than one "@"'],
    ['a@example.com, b@example.com', 'More than one address'],
    ['a@example.com;b@example.com', 'More than one address'],
    ['dana vale@example.com', 'space'],
    ['dana..vale@example.com', 'dot'],
    ['.dana@example.com', 'dot'],
    ['dana.@example.com', 'dot'],
    ['dana@exa mple.com', 'not valid'],
    ['dana@-example.com', 'not valid'],
    ['dana@example..com', 'not valid'],
    ['dana@192.168.0.1', 'not valid'],
    ['dana@[192.168.0.1]', 'number'],
    ['däna@example.com', 'plain English'],
    ['dana(work)@example.com', 'not allowed'],
    ['dana@example.com\r\nBcc: all@example.com', 'line break'],
    [`${'a'.repeat(65)}@example.com`, '64'],
    [`${'a'.repeat(60)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(20)}.com`, '254'],
    ['x'.repeat(1_000_000), 'too long'],
  ])('%j is refused', (input, reason) => {
    expect(parseAddress(input)).toMatchObject({ invalid: expect.stringContaining(reason) });
  });

  test('the display name is kept, unquoted', () => {
    expect(parseAddress('"Vale, \\"D\\"" <dana@example.com>')).toMatchObject({ name: 'Vale, "D"' });
    expect(parseAddress('dana@example.com')).toMatchObject({ name: null });
  });

  test('never throws, and what it accepts it accepts again unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.emailAddress()), (input) => {
        const first = parseAddress(input);
        if ('invalid' in first) return;
        expect(first.address).toMatch(/^[\x20-\x7e]+$/);
        expect(parseAddress(first.address)).toMatchObject({ address: first.address, key: first.key });
      }),
    );
  });
});

test.each([
  ['mail.sales.example.co.uk', 'example.co.uk'],
  ['EXAMPLE.com', 'example.com'],
  ['a.github.io', 'a.github.io'],
  ['Bücher.de', 'xn--bcher-kva.de'],
  ['localhost', 'localhost'],
])('the registrable domain of %s is %s', (host, domain) => {
  expect(registrableDomain(host)).toBe(domain);
});
