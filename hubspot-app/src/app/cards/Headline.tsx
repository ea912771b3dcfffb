import { Flex, StatusTag, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';

const tierVariants = { 1: 'success', 2: 'info', 3: 'warning' } as const;

/** The sentence a rep reads first, with the score and its tier. */
export function Headline({ card }: { card: ContactCard }) {
  const { score, person } = card;
  return (
    <Flex direction="column" gap="xs">
      <Text format={{ fontWeight: 'bold' }} testId="headline">
        {card.headline}
      </Text>
      <Flex gap="sm" align="center" wrap="wrap">
        <StatusTag variant={tierVariants[score.tier as keyof typeof tierVariants] ?? 'default'} testId="score">
          {fill(cardWords.score, { value: score.value, tierLabel: score.tierLabel, tier: score.tier })}
        </StatusTag>
      </Flex>
      <Text variant="microcopy" testId="time-zone">
        {fill(cardWords.times, { name: person.name, timeZone: person.timeZone, source: person.timeZoneSource })}
      </Text>
    </Flex>
  );
}
