import { Color } from '@pipedrive/app-extensions-sdk';
import type { CardEnrollment, ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Button } from '../parts/Button.tsx';
import { Command } from '../platform/open-sdk.ts';
import type { Surface } from '../platform/page.tsx';

interface Props {
  enrollment: CardEnrollment;
  card: ContactCard;
  state: ContactCardState;
  surface: Surface;
}

/** Pause, resume and stop, as far as the backend offers them for this enrollment. Stopping asks first. */
export function EnrollmentButtons({ enrollment, card, state, surface }: Props) {
  const { id, actions, sequenceName } = enrollment;
  if (actions.length === 0) return null;
  const busyWith = (act: string) => state.busy === `/cards/enrollments/${act}:${id}`;

  async function stop() {
    const { confirmed } = await surface.page.sdk.execute(Command.SHOW_CONFIRMATION, {
      title: fill(cardWords.stopTitle, { sequence: sequenceName }),
      description: `${fill(cardWords.stopMeans, { name: card.person.name })} ${cardWords.stopIsFinal}`,
      okText: cardWords.stopConfirm,
      cancelText: cardWords.stopCancel,
      okColor: Color.NEGATIVE,
    });
    if (confirmed) await state.stop(id);
  }

  const acts = { pause: () => state.pause(id), resume: () => state.resume(id), stop };
  return (
    <p className="row">
      {actions.map((act) => (
        <Button
          key={act}
          busy={busyWith(act)}
          disabled={state.busy !== null}
          onClick={acts[act]}
          testId={`${act}-${id}`}
        >
          {cardWords[act]}
        </Button>
      ))}
    </p>
  );
}
