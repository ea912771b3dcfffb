import { Flex, StatusTag, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';

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
          {`Score ${score.value} of 100, ${score.tierLabel} (tier ${score.tier})`}
        </StatusTag>
      </Flex>
      <Text variant="microcopy" testId="time-zone">
        {`Times follow ${person.timeZone} for ${person.name}, ${person.timeZoneSource}.`}
      </Text>
    </Flex>
  );
}
