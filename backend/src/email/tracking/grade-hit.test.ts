import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradeHits, type Hit, type HitContext } from './grade-hit.ts';

const acceptedAt = new Date('2026-11-23T09:00:00Z');
const windows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1';
const proxy = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const context: HitContext = { acceptedAt, linkCount: 4, ownVisitors: new Set(['rep']) };

function hit(seconds: number, change: Partial<Hit> = {}): Hit {
  const at = new Date(acceptedAt.getTime() + seconds * 1_000);
  const kind = change.kind ?? 'click';
  return {
    kind,
    at,
    method: 'GET',
    userAgent: windows,
    headers: {},
    visitor: 'v',
    network: 'n',
    link: kind === 'open' ? null : 0,
    honeypot: false,
    ...change,
  };
}
const open = (seconds: number, change: Partial<Hit> = {}) => hit(seconds, { kind: 'open', ...change });
const grades = (hits: Hit[], about = context) => gradeHits(hits, about).map((verdict) => verdict.evidence);

test.each<[string, Hit, string, string]>([
  ['a click in a browser', hit(120), 'human', 'browser'],
  ['an open in a browser', open(120), 'human', 'browser'],
  ['an open through the Gmail image proxy', open(120, { userAgent: proxy }), 'human', 'gmail_proxy'],
  ['a click that claims to be the image proxy', hit(120, { userAgent: proxy }), 'machine', 'bot'],
  ['HEAD', hit(120, { method: 'HEAD' }), 'machine', 'not_get'],
  ['Sec-Purpose', hit(120, { headers: { 'sec-purpose': 'prefetch;prerender' } }), 'machine', 'prefetch'],
  ['X-Moz', open(120, { headers: { 'x-moz': 'prefetch' } }), 'machine', 'prefetch'],
  ['X-Purpose', hit(120, { headers: { 'x-purpose': 'preview' } }), 'machine', 'prefetch'],
  ['another purpose', hit(120, { headers: { purpose: 'navigate' } }), 'human', 'browser'],
  ['no user agent', hit(120, { userAgent: null }), 'machine', 'no_user_agent'],
  ['a blank user agent', hit(120, { userAgent: ' ' }), 'machine', 'no_user_agent'],
  ['Apple privacy protection', open(120, { userAgent: 'Mozilla/5.0' }), 'machine', 'apple_privacy'],
  [
    'the Gmail prefetcher',
    open(120, {
      userAgent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0',
    }),
    'machine',
    'gmail_prefetch',
  ],
  ['a robot', hit(120, { userAgent: 'python-requests/2.32' }), 'machine', 'bot'],
  ['a security scanner', hit(120, { userAgent: 'Mozilla/5.0 (compatible; ProofPoint URL Defense)' }), 'machine', 'bot'],
  ['nine seconds after delivery', hit(9.9), 'machine', 'too_soon'],
  ['before delivery was noted', hit(-2), 'machine', 'too_soon'],
  ['ten seconds after delivery', hit(10), 'human', 'browser'],
  ['the invisible link', hit(120, { honeypot: true }), 'machine', 'honeypot'],
  ['our own rep', open(120, { visitor: 'rep' }), 'machine', 'own_team'],
  ['an unfamiliar program', open(120, { userAgent: 'MailApp/3.1 (Linux; U; de)' }), 'likely', 'unfamiliar'],
  ['Outlook on a phone', open(120, { userAgent: 'Outlook-iOS/723.4' }), 'human', 'browser'],
  [
    'Thunderbird',
    open(120, { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0' }),
    'human',
    'browser',
  ],
])('%s is graded %s', (_name, one, evidence, reason) => {
  expect(gradeHits([one], context)).toEqual([{ evidence, reasons: [reason], repeat: false }]);
});

test('without a delivery time timing proves nothing, so a hit is only likely', () => {
  expect(gradeHits([hit(1)], { ...context, acceptedAt: null })[0]).toMatchObject({
    evidence: 'likely',
    reasons: ['acceptance_unknown'],
  });
});

describe('several links', () => {
  test('three within five seconds are a scanner, from however many addresses', () => {
    const burst = [hit(60), hit(62, { link: 1, visitor: 'b', network: 'b' }), hit(65, { link: 2, visitor: 'c' })];
    expect(grades(burst)).toEqual(['machine', 'machine', 'machine']);
    expect(grades([...burst, hit(600, { visitor: 'd', network: 'd' })])).toEqual([
      'machine',
      'machine',
      'machine',
      'human',
    ]);
  });

  test('both links of a mail with two within five seconds are a scanner', () => {
    expect(grades([hit(60), hit(64, { link: 1 })], { ...context, linkCount: 2 })).toEqual(['machine', 'machine']);
  });

  test('the only link of a mail clicked twice is a person', () => {
    expect(grades([hit(60), hit(61)], { ...context, linkCount: 1 })).toEqual(['human', 'human']);
  });

  test('two of many within two seconds are doubtful, at leisure they are not', () => {
    expect(grades([hit(60), hit(61, { link: 1 })])).toEqual(['likely', 'likely']);
    expect(grades([hit(60), hit(70, { link: 1 }), hit(80, { link: 2 })])).toEqual(['human', 'human', 'human']);
  });

  test('one link followed from two kinds of device within a minute is doubtful', () => {
    expect(grades([hit(60), hit(90, { userAgent: iphone, visitor: 'w' })])).toEqual(['likely', 'likely']);
    expect(grades([hit(60), hit(190, { userAgent: iphone, visitor: 'w' })])).toEqual(['human', 'human']);
  });
});

describe('the invisible link', () => {
  test('taints what happens within a minute and everything from the same address', () => {
    const trap = hit(600, { honeypot: true, network: 'scanner' });
    const hits = [
      hit(60, { network: 'scanner' }),
      hit(545),
      trap,
      hit(655, { link: 2 }),
      hit(661, { link: 3, network: 'x' }),
      open(9_000, { network: 'scanner' }),
    ];
    expect(grades(hits)).toEqual(['machine', 'machine', 'machine', 'machine', 'human', 'machine']);
  });
});

describe('repeats', () => {
  const repeats = (hits: Hit[]) => gradeHits(hits, context).map((verdict) => verdict.repeat);

  test('a click repeats per link and visitor within half an hour', () => {
    expect(
      repeats([hit(60), hit(1_859), hit(1_860), hit(100, { link: 1 }), hit(1_000, { visitor: 'w', network: 'w' })]),
    ).toEqual([false, true, false, false, false]);
  });

  test('opens repeat per message', () => {
    expect(repeats([open(60), open(100, { visitor: 'w' }), open(1_860)])).toEqual([false, true, false]);
  });

  test('a machine open does not hide the one of a person, nor does a doubtful one', () => {
    expect(
      repeats([
        open(1),
        open(60, { userAgent: 'MailApp/3.1 (Linux; U; de)' }),
        open(61),
        open(62, { userAgent: 'MailApp/3.1 (Linux; U; de)' }),
      ]),
    ).toEqual([false, false, false, true]);
  });
});

const anyHit = fc.record({
  seconds: fc.integer({ min: -5, max: 4_000 }),
  kind: fc.constantFrom<Hit['kind']>('open', 'click'),
  userAgent: fc.constantFrom(windows, iphone, proxy, 'Mozilla/5.0', null, 'x'),
  visitor: fc.constantFrom('a', 'b', 'rep'),
  network: fc.constantFrom('n', 'm'),
  link: fc.integer({ min: 0, max: 3 }),
  honeypot: fc.boolean(),
});

test('the order in which hits were stored does not matter', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyHit, { selector: (one) => one.seconds, maxLength: 30 }),
      fc.infiniteStream(fc.nat()),
      (specs, keys) => {
        const hits = specs.map(({ seconds, ...change }) => hit(seconds, change));
        const verdicts = gradeHits(hits, context);
        const order = hits
          .map((_hit, index) => ({ index, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ index }) => index);
        expect(
          gradeHits(
            order.map((index) => hits[index]!),
            context,
          ),
        ).toEqual(order.map((index) => verdicts[index]));
        for (const verdict of verdicts) expect(verdict.reasons.length).toBeGreaterThan(0);
      },
    ),
  );
});

test('a flood of hits is graded in linear time', () => {
  const hits = Array.from({ length: 100_000 }, (_, index) =>
    hit(60 + index / 10_000, { link: index % 5, visitor: String(index) }),
  );
  const before = performance.now();
  expect(new Set(grades(hits))).toEqual(new Set(['machine']));
  expect(performance.now() - before).toBeLessThan(10_000);
});
