import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, enrollmentStatusLabels, fill } from '@salesos/shared/wording.ts';
import { Empty } from '../parts/Empty.tsx';
import { Tag } from '../parts/Tag.tsx';
import type { Surface } from '../platform/page.tsx';
import { EnrollmentButtons } from './EnrollmentButtons.tsx';
import { StepTimeline } from './StepTimeline.tsx';

const tones = { active: 'success', paused: 'warning', finished: 'info', stopped: 'neutral' } as const;

/** Each sequence of the person: where it stands, what can be done about it, and its steps. */
export function EnrollmentList(props: { card: ContactCard; state: ContactCardState; surface: Surface }) {
  const { card, surface } = props;
  if (card.enrollments.length === 0) {
    const text = fill(cardWords.inNoSequenceText, { name: card.person.name });
    return <Empty title={cardWords.inNoSequence} text={text} testId="no-enrollments" />;
  }
  return card.enrollments.map((enrollment) => (
    <article key={enrollment.id} className="tile" data-testid={`enrollment-${enrollment.id}`}>
      <p className="row between">
        <strong>{enrollment.sequenceName}</strong>
        <Tag tone={tones[enrollment.status]}>{enrollmentStatusLabels[enrollment.status]}</Tag>
      </p>
      <p data-testid={`sentence-${enrollment.id}`}>{enrollment.sentence}</p>
      <p className="hint">{fill(cardWords.sentFrom, { address: enrollment.mailboxAddress })}</p>
      <EnrollmentButtons enrollment={enrollment} {...props} />
      <StepTimeline steps={enrollment.steps} dates={surface.dates} sequenceName={enrollment.sequenceName} />
    </article>
  ));
}
