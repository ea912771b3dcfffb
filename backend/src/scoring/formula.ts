/** The numbers of the score, explained with an example in README.md beside this file. */

/** Written into every score decision; goes up with every change that can move a score. */
export const RULE_VERSION = 'engagement/1';

/** What a fact adds halves in this many days, counted in whole days. */
export const HALF_LIFE_DAYS = 30;

/**
 * Score = opens · 0.25 + clicks · 0.35 + replies · 0.40, each of the three between 0 and 100. `steps` is what the newest,
 * second newest … fact adds to its component while fresh. The steps add up to 100 and never grow, so a further fact adds
 * less than the one before, and pushing older facts one step down never costs more than the new fact brings.
 */
export const components = {
  replied: { weight: 0.4, steps: [80, 20] },
  clicked: { weight: 0.35, steps: [60, 30, 10] },
  opened: { weight: 0.25, steps: [40, 24, 16, 12, 8] },
} as const;

/** Points are summed in millionths, as integers: sums are exact, so rounding can never make a better record score less. */
const MILLIONTHS = 1_000_000;

/** How much is left of a fact of this age, 1 when fresh. */
export function freshness(ageDays: number): number {
  return 2 ** (-ageDays / HALF_LIFE_DAYS);
}

/** What the fact on this rank (0 is the newest of its kind) adds to the score, in millionths of a point; 0 beyond the last step. */
export function millionths(kind: keyof typeof components, rank: number, ageDays: number): number {
  const { weight, steps } = components[kind];
  return Math.round(weight * (steps[rank] ?? 0) * freshness(ageDays) * MILLIONTHS);
}

/**
 * Rounds amounts in millionths to tenths such that they add up to their rounded sum (largest remainder): what is rounded up
 * or down in the sum is given to the amounts nearest to the next tenth. Answers points, as in 7.3.
 */
export function roundTogether(amounts: readonly number[]): { sum: number; parts: number[] } {
  const tenth = MILLIONTHS / 10;
  const sum = Math.round(amounts.reduce((total, amount) => total + amount, 0) / tenth);
  const parts = amounts.map((amount) => Math.floor(amount / tenth));
  const missing = sum - parts.reduce((total, part) => total + part, 0);
  const nearest = amounts.map((amount, index) => ({ index, rest: amount % tenth })).sort((a, b) => b.rest - a.rest);
  for (const { index } of nearest.slice(0, missing)) parts[index]!++;
  return { sum: sum / 10, parts: parts.map((part) => part / 10) };
}
