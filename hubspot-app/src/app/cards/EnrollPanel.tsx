import { Alert, Button, LoadingButton, PanelBody, PanelFooter, PanelSection, Text } from '@hubspot/ui-extensions';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { useEnrollChoices } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { EnrollPreview } from './EnrollPreview.tsx';
import { MailboxChoice } from './MailboxChoice.tsx';
import type { Surface } from './platform.ts';
import { SequenceChoice } from './SequenceChoice.tsx';

interface Props {
  personName: string;
  state: ContactCardState;
  surface: Surface;
  onDone: () => void;
}

/** Choose a sequence and a mailbox, see what would happen, confirm. */
export function EnrollPanel({ personName, state, surface, onDone }: Props) {
  const choices = useEnrollChoices(surface);
  const [sequenceId, setSequenceId] = useState<string | null>(null);
  const [chosenMailboxId, setMailboxId] = useState<string | null>(null);
  /** The choice whose preview is on screen and refuses nothing. */
  const [previewed, setPreviewed] = useState<string | null>(null);
  const mailboxId = chosenMailboxId ?? choices.usualMailboxId;
  const choice = sequenceId && mailboxId ? `${sequenceId}:${mailboxId}` : null;
  const enrolling = state.busy === `/cards/enroll:${choice}`;

  async function enroll() {
    if (!sequenceId || !mailboxId || previewed !== choice) return;
    if (await state.enroll(sequenceId, mailboxId)) onDone();
  }

  return (
    <>
      <PanelBody>
        <PanelSection>
          <SequenceChoice choices={choices} chosen={sequenceId} onChoose={setSequenceId} />
        </PanelSection>
        <PanelSection>
          <MailboxChoice choices={choices} chosen={mailboxId} onChoose={setMailboxId} />
        </PanelSection>
        {sequenceId && mailboxId && (
          <PanelSection>
            <EnrollPreview
              key={choice}
              sequenceId={sequenceId}
              mailboxId={mailboxId}
              surface={surface}
              onReady={(canEnroll) => setPreviewed(canEnroll ? choice : null)}
            />
          </PanelSection>
        )}
        {state.failedAct && (
          <Alert title={fill(cardWords.notEnrolled, { name: personName })} variant="danger" testId="enroll-failed">
            <Text>{state.failedAct.failure.message}</Text>
          </Alert>
        )}
      </PanelBody>
      <PanelFooter>
        <LoadingButton
          variant="primary"
          loading={enrolling}
          disabled={choice === null || previewed !== choice || state.busy !== null}
          onClick={() => void enroll()}
          testId="confirm-enroll"
        >
          {state.failedAct ? cardWords.retry : fill(cardWords.enrollName, { name: personName })}
        </LoadingButton>
        <Button onClick={onDone} testId="cancel-enroll">
          {cardWords.cancel}
        </Button>
      </PanelFooter>
    </>
  );
}
