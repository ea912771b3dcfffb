import { Flex, StatusTag, Text, Tile } from '@hubspot/ui-extensions';
import type { CardEnrollment, ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, enrollmentStatusLabels, fill } from '@salesos/shared/wording.ts';
import { EnrollmentButtons } from './EnrollmentButtons.tsx';
import type { Surface } from './platform.ts';

const variants = { active: 'success', paused: 'warning', finished: 'info', stopped: 'default' } as const;

interface Props {
  enrollment: CardEnrollment;
  card: ContactCard;
  state: ContactCardState;
  surface: Surface;
}

/** One sequence this contact is or was in: where it stands, and what can be done about it. */
export function EnrollmentSummary({ enrollment, card, state, surface }: Props) {
  return (
    <Tile compact testId={`enrollment-${enrollment.id}`}>
      <Flex direction="column" gap="xs">
        <Flex justify="between" align="center" gap="sm" wrap="wrap">
          <Text format={{ fontWeight: 'demibold' }}>{enrollment.sequenceName}</Text>
          <StatusTag variant={variants[enrollment.status]}>{enrollmentStatusLabels[enrollment.status]}</StatusTag>
        </Flex>
        <Text testId={`sentence-${enrollment.id}`}>{enrollment.sentence}</Text>
        <Text variant="microcopy">{fill(cardWords.sentFrom, { address: enrollment.mailboxAddress })}</Text>
        <EnrollmentButtons enrollment={enrollment} card={card} state={state} surface={surface} />
      </Flex>
    </Tile>
  );
}
