/** The score as a sum that anyone can check. */
import type { ContactCard } from '../cards.ts';
import { cardWords, fill } from '../wording.ts';

/** The points of today, added up. */
export function sumOf(lines: ContactCard['score']['lines']): number {
  return lines.reduce((sum, line) => sum + line.points, 0);
}

/** As in "40.0 + 24.5 = 64.5 of 100: Warm, tier 2." */
export function sumSentence({ lines, value, tierLabel, tier }: ContactCard['score']): string {
  const standing = fill(cardWords.standing, { value, tierLabel, tier });
  if (lines.length === 0) return standing;
  return `${lines.map((line) => line.points.toFixed(1)).join(' + ')} = ${standing}`;
}
