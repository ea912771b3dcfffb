import { EmptyState, Flex, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { EnrollmentSummary } from './EnrollmentSummary.tsx';
import type { Surface } from './platform.ts';
import { StepTimeline } from './StepTimeline.tsx';

/** Each sequence of the contact with its steps. */
export function EnrollmentList(props: { card: ContactCard; state: ContactCardState; surface: Surface }) {
  const { card, surface } = props;
  if (card.enrollments.length === 0) {
    return (
      <EmptyState title={cardWords.inNoSequence} layout="vertical" imageName="contacts" testId="no-enrollments">
        <Text>{fill(cardWords.inNoSequenceText, { name: card.person.name })}</Text>
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="md">
      {card.enrollments.map((enrollment) => (
        <Flex key={enrollment.id} direction="column" gap="xs">
          <EnrollmentSummary enrollment={enrollment} {...props} />
          <StepTimeline steps={enrollment.steps} dates={surface.dates} sequenceName={enrollment.sequenceName} />
        </Flex>
      ))}
    </Flex>
  );
}
