import { readFileSync } from 'node:fs';
import { cardScore } from '@salesos/shared/cards.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { components, HALF_LIFE_DAYS, roundTogether } from './formula.ts';
import { type EngagementFact, scoreLines } from './score.ts';

const today = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number) => new Date(today.getTime() - days * 86_400_000);
let count = 0;
const fact = (kind: EngagementFact['kind'], days: number, change: Partial<EngagementFact> = {}): EngagementFact => ({
  id: `fact-${count++}`,
  kind,
  at: daysAgo(days),
  evidence: 'human',
  subject: 'Quick question',
  ...change,
});
const scoreOf = (facts: EngagementFact[], at = today) => scoreLines(facts, at).value;
const tenths = (points: number) => Math.round(points * 10);

describe('the formula', () => {
  test('weighs opens 0.25, clicks 0.35, replies 0.40', () => {
    const { opened, clicked, replied } = components;
    expect([opened.weight, clicked.weight, replied.weight]).toEqual([0.25, 0.35, 0.4]);
  });

  test.each(Object.entries(components))(
    'lets %s reach 100, each further one adding no more than the one before',
    (_kind, { steps }) => {
      expect(steps.reduce((sum: number, step) => sum + step, 0)).toBe(100);
      expect([...steps].sort((a, b) => b - a)).toEqual([...steps]);
    },
  );
});

describe('examples', () => {
  test.each<[string, EngagementFact[], number, number]>([
    ['nothing done is 0', [], 0, 4],
    ['one open today', [fact('opened', 0)], 10, 4],
    ['a reply today', [fact('replied', 0)], 32, 4],
    ['an open and a reply today', [fact('opened', 0), fact('replied', 0)], 42, 3],
    ['an open, a click and a reply today', [fact('opened', 0), fact('clicked', 0), fact('replied', 0)], 63, 2],
    ['a reply half a life ago', [fact('replied', HALF_LIFE_DAYS)], 16, 4],
    ['five opens fill the opens', Array.from({ length: 5 }, () => fact('opened', 0)), 25, 4],
    ['a hundred opens are no more than five', Array.from({ length: 100 }, () => fact('opened', 0)), 25, 4],
    [
      'everything full is 100',
      [...'ooooo']
        .map(() => fact('opened', 0))
        .concat(
          [...'ccc'].map(() => fact('clicked', 0)),
          fact('replied', 0),
          fact('replied', 0),
        ),
      100,
      1,
    ],
    [
      'opens by programs count nothing',
      [fact('opened', 0, { evidence: 'machine' }), fact('opened', 0, { evidence: 'likely' })],
      0,
      4,
    ],
    ['what happens later is not known yet', [fact('replied', -1)], 0, 4],
  ])('%s', (_name, facts, value, tier) => expect(scoreLines(facts, today)).toMatchObject({ value, tier }));

  test('a line tells what was done, what it is worth, what is left and why', () => {
    const older = fact('opened', 12, { subject: null });
    expect(scoreLines([fact('opened', 0), older], today)).toEqual({
      value: 14.5,
      tier: 4,
      tierLabel: 'Quiet',
      notCounted: null,
      asOf: '2026-11-21T12:00:00.000Z',
      lines: [
        {
          label: 'Opened “Quick question”',
          points: 10,
          pointsAtFirst: 10,
          at: '2026-11-21T12:00:00.000Z',
          evidence: 'human',
          explanation: 'The newest open is worth 10 points when fresh. It is less than a day old.',
        },
        {
          label: 'Opened a mail',
          points: 4.5,
          pointsAtFirst: 10,
          at: '2026-11-09T12:00:00.000Z',
          evidence: 'human',
          explanation:
            'The second newest open is worth 6 points when fresh. After 12 days, 76% of that is left: points halve every 30 days.',
        },
      ],
    });
  });

  test('what is not counted is told', () => {
    const seen = [
      ...[0, 0, 0].map((days) => fact('opened', days, { evidence: 'machine' })),
      fact('clicked', 1, { evidence: 'likely' }),
      ...[0, 1, 2, 3, 4, 5, 6].map((days) => fact('opened', days)),
      fact('replied', 400),
    ];
    expect(scoreLines(seen, today).notCounted).toBe(
      'Not counted: 1 reply too old to add anything, 1 click that may not have been a person, 3 opens by mail programs, 2 opens beyond the newest 5.',
    );
  });
});

const anyFact: fc.Arbitrary<EngagementFact> = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('opened', 'clicked', 'replied'),
  // Coarse as well as fine times, so that facts fall together in a day and in a millisecond.
  at: fc.oneof(fc.integer({ min: 0, max: 90 }).map(daysAgo), fc.double({ min: 0, max: 400, noNaN: true }).map(daysAgo)),
  evidence: fc.constantFrom('human', 'human', 'human', 'likely', 'machine'),
  subject: fc.option(fc.string()),
});
const anyFacts = fc.uniqueArray(anyFact, { maxLength: 25, selector: ({ id }) => id });
const anyMoment = fc.double({ min: -400, max: 400, noNaN: true }).map(daysAgo);
const runs = { numRuns: 3000 };

describe('for any history', () => {
  test('the lines add up to the score exactly, and the score lies between 0 and 100', () => {
    fc.assert(
      fc.property(anyFacts, anyMoment, (facts, at) => {
        const score = cardScore.parse(scoreLines(facts, at));
        expect(score.lines.reduce((sum, line) => sum + tenths(line.points), 0)).toBe(tenths(score.value));
        expect(score.value).toBeGreaterThanOrEqual(0);
        expect(score.value).toBeLessThanOrEqual(100);
        for (const line of score.lines) {
          expect(line.points).toBe(tenths(line.points) / 10);
          expect(line.points).toBeLessThanOrEqual(line.pointsAtFirst);
        }
      }),
      runs,
    );
  });

  test('one more human fact, at any time, never lowers the score of any moment', () => {
    fc.assert(
      fc.property(anyFacts, anyFact, anyMoment, (facts, added, at) => {
        const more = [...facts, { ...added, evidence: 'human' as const }];
        expect(scoreOf(more, at)).toBeGreaterThanOrEqual(scoreOf(facts, at));
      }),
      runs,
    );
  });

  test('finding out that a person did it after all never lowers the score', () => {
    fc.assert(
      fc.property(anyFacts, anyMoment, fc.nat(), (facts, at, pick) => {
        const upgraded = facts.map((each, i) =>
          i === pick % facts.length ? { ...each, evidence: 'human' as const } : each,
        );
        expect(scoreOf(upgraded, at)).toBeGreaterThanOrEqual(scoreOf(facts, at));
      }),
      runs,
    );
  });

  test('what programs did changes nothing but the sentence about it', () => {
    fc.assert(
      fc.property(anyFacts, anyFact, anyMoment, (facts, added, at) => {
        const { notCounted: _with, ...after } = scoreLines([...facts, { ...added, evidence: 'machine' }], at);
        const { notCounted: _without, ...before } = scoreLines(facts, at);
        expect(after).toEqual(before);
      }),
    );
  });

  test('a past score comes out the same whatever happened since', () => {
    fc.assert(
      fc.property(anyFacts, anyMoment, (facts, at) => {
        expect(scoreLines(facts, at)).toEqual(
          scoreLines(
            facts.filter((each) => each.at <= at),
            at,
          ),
        );
      }),
    );
  });

  test('the order in which facts were stored does not matter', () => {
    fc.assert(
      fc.property(anyFacts, anyMoment, (facts, at) => {
        expect(scoreLines(facts.toReversed(), at)).toEqual(scoreLines(facts, at));
      }),
    );
  });

  test('without anything new the score only fades', () => {
    fc.assert(
      fc.property(anyFacts, fc.nat(400), fc.nat(400), (facts, days, more) => {
        expect(scoreOf(facts, daysAgo(-days - more))).toBeLessThanOrEqual(scoreOf(facts, daysAgo(-days)));
      }),
    );
  });
});

test('rounding together gives the odd tenth to the amount nearest to it', () => {
  expect(roundTogether([1_340_000, 2_360_000, 3_350_000])).toEqual({ sum: 7.1, parts: [1.3, 2.4, 3.4] });
  expect(roundTogether([1_040_000, 2_030_000, 3_020_000])).toEqual({ sum: 6.1, parts: [1.1, 2, 3] });
  expect(roundTogether([])).toEqual({ sum: 0, parts: [] });
});

describe('README.md', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const rows = readme
    .split('\n')
    .filter((line) => /^\| (Replied|Clicked|Opened)/.test(line))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  const kindOf = { Replied: 'replied', Clicked: 'clicked', Opened: 'opened' } as const;
  const example = rows.map(([did, age]) =>
    fact(kindOf[did as keyof typeof kindOf], Number.parseInt(age!, 10), { subject: `${did} ${age}` }),
  );
  const score = scoreLines(example, today);

  test('the points in its example are true', () => {
    expect(rows).toHaveLength(5);
    for (const [did, age, fresh, left, points] of rows) {
      const line = score.lines.find(({ label }) => label.endsWith(`“${did} ${age}”`))!;
      expect([did, age, points]).toEqual([did, age, line.points.toFixed(1)]);
      expect(line.explanation).toContain(`worth ${fresh} points`);
      expect(line.explanation).toContain(age === '0 days' ? 'less than a day old' : `${left} of that is left`);
    }
  });

  test('the sum and the tier in its example are true', () => {
    expect(readme).toContain(`**${score.value}**, tier ${score.tier} (${score.tierLabel})`);
    expect(readme).toContain(`the score rises to **${scoreOf([...example, fact('opened', 0)])}**`);
  });
});
