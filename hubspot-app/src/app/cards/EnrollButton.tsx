import { Alert, Button, Panel, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { EnrollPanel } from './EnrollPanel.tsx';
import type { Surface } from './platform.ts';

const panelId = 'enroll';

/** The way into a sequence, or why there is none right now and how to mend that. */
export function EnrollButton({
  card,
  state,
  surface,
}: {
  card: ContactCard;
  state: ContactCardState;
  surface: Surface;
}) {
  const [open, setOpen] = useState(false);
  const { cannotEnroll, person } = card;
  if (cannotEnroll) {
    return (
      <Alert title={cannotEnroll.sentence} variant="info" testId="cannot-enroll">
        <Text>{cannotEnroll.howToFix}</Text>
      </Alert>
    );
  }

  function close() {
    setOpen(false);
    surface.closeOverlay(panelId);
  }

  return (
    <Button
      variant="primary"
      size="sm"
      disabled={state.busy !== null}
      onClick={() => setOpen(true)}
      testId="enroll"
      overlay={
        <Panel
          id={panelId}
          title={fill(cardWords.enrollTitle, { name: person.name })}
          width="md"
          onOpen={() => setOpen(true)}
          onClose={() => setOpen(false)}
        >
          {open && <EnrollPanel personName={person.name} state={state} surface={surface} onDone={close} />}
        </Panel>
      }
    >
      {cardWords.enroll}
    </Button>
  );
}
