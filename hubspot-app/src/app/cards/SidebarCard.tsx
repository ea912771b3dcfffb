import { Divider, Flex } from '@hubspot/ui-extensions';
import type { CardEnrollment, ContactCard } from '@salesos/shared/cards.ts';
import { useContactCard } from '@salesos/shared/surface/use-contact-card.ts';
import { CardFrame } from './CardFrame.tsx';
import { EnrollButton } from './EnrollButton.tsx';
import { EnrollmentSummary } from './EnrollmentSummary.tsx';
import { Headline } from './Headline.tsx';
import type { Surface } from './platform.ts';

/** The compact card: what happens next, the score, and the buttons. */
export function SidebarCard(surface: Surface) {
  const state = useContactCard(surface);
  return (
    <CardFrame state={state}>
      {(card) => (
        <Flex direction="column" gap="sm">
          <Headline card={card} />
          {inView(card).map((enrollment) => (
            <EnrollmentSummary
              key={enrollment.id}
              enrollment={enrollment}
              card={card}
              state={state}
              surface={surface}
            />
          ))}
          {card.enrollments.length > 0 && <Divider />}
          <EnrollButton card={card} state={state} surface={surface} />
        </Flex>
      )}
    </CardFrame>
  );
}

/** Sequences that go on; when there is none, the last one with how it ended. The tab shows them all. */
function inView({ enrollments }: ContactCard): CardEnrollment[] {
  const goingOn = enrollments.filter(({ status }) => status === 'active' || status === 'paused');
  return goingOn.length > 0 ? goingOn : enrollments.slice(0, 1);
}
