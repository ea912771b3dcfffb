import type { ContactCard } from '@salesos/shared/cards.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Tag } from '../parts/Tag.tsx';

export const tierTones = { 1: 'success', 2: 'info', 3: 'warning' } as const;
export const toneOfTier = (tier: number) => tierTones[tier as keyof typeof tierTones] ?? 'neutral';

/** The sentence a rep reads first, with the score and its tier. */
export function Headline({ card: { headline, score, person } }: { card: ContactCard }) {
  const times = { timeZone: person.timeZone, name: person.name, source: person.timeZoneSource };
  return (
    <header className="headline">
      <h1 data-testid="headline">{headline}</h1>
      <Tag tone={toneOfTier(score.tier)} testId="score">
        {fill(cardWords.score, { value: score.value, tierLabel: score.tierLabel, tier: score.tier })}
      </Tag>
      <p className="hint" data-testid="time-zone">
        {fill(cardWords.times, times)}
      </p>
    </header>
  );
}
