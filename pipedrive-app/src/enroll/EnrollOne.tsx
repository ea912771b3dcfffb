import type { ContactCard } from '@salesos/shared/cards.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import type { Surface } from '../platform/page.tsx';
import { EnrollForm } from './EnrollForm.tsx';

interface Props {
  personName: string;
  surface: Surface;
  onEnrolled: (card: ContactCard) => void;
  onCancel: () => void;
}

/** The way into a sequence for one person. */
export function EnrollOne({ personName: name, surface, onEnrolled, onCancel }: Props) {
  return (
    <EnrollForm
      surface={surface}
      title={fill(cardWords.enrollTitle, { name })}
      confirmLabel={fill(cardWords.enrollName, { name })}
      failedTitle={fill(cardWords.notEnrolled, { name })}
      enroll={async (choice, idempotencyKey) => {
        const { message, card } = await surface.api('/cards/enroll', { ...surface.record, ...choice, idempotencyKey });
        surface.page.tell(message);
        onEnrolled(card);
      }}
      onCancel={onCancel}
    />
  );
}
