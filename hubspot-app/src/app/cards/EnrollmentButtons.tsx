import { Button, ButtonRow, LoadingButton, Modal, ModalBody, ModalFooter, Text } from '@hubspot/ui-extensions';
import type { CardEnrollment, ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import type { Surface } from './platform.ts';

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
  const modalId = `stop-${id}`;

  async function stop() {
    await state.stop(id);
    surface.closeOverlay(modalId);
  }

  return (
    <ButtonRow disableDropdown>
      {actions.includes('pause') && (
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={busyWith('pause')}
          disabled={state.busy !== null}
          onClick={() => void state.pause(id)}
          testId={`pause-${id}`}
        >
          {cardWords.pause}
        </LoadingButton>
      )}
      {actions.includes('resume') && (
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={busyWith('resume')}
          disabled={state.busy !== null}
          onClick={() => void state.resume(id)}
          testId={`resume-${id}`}
        >
          {cardWords.resume}
        </LoadingButton>
      )}
      {actions.includes('stop') && (
        <Button
          size="xs"
          variant="secondary"
          disabled={state.busy !== null}
          testId={`stop-${id}`}
          overlay={
            <Modal
              id={modalId}
              title={fill(cardWords.stopTitle, { sequence: sequenceName })}
              variant="danger"
              width="sm"
            >
              <ModalBody>
                <Text>{fill(cardWords.stopMeans, { name: card.person.name })}</Text>
                <Text>{cardWords.stopIsFinal}</Text>
              </ModalBody>
              <ModalFooter>
                <LoadingButton
                  variant="destructive"
                  loading={busyWith('stop')}
                  onClick={() => void stop()}
                  testId={`confirm-stop-${id}`}
                >
                  {cardWords.stopConfirm}
                </LoadingButton>
                <Button onClick={() => surface.closeOverlay(modalId)}>{cardWords.stopCancel}</Button>
              </ModalFooter>
            </Modal>
          }
        >
          {cardWords.stop}
        </Button>
      )}
    </ButtonRow>
  );
}
