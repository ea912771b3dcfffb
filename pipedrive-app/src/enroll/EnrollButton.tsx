import { Modal } from '@pipedrive/app-extensions-sdk';
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { Command } from '../platform/open-sdk.ts';
import type { Surface } from '../platform/page.tsx';
import { EnrollOne } from './EnrollOne.tsx';

interface Props {
  card: ContactCard;
  state: ContactCardState;
  surface: Surface;
}

/** The way into a sequence, or why there is none right now and how to mend that. */
export function EnrollButton({ card: { cannotEnroll, person }, state, surface }: Props) {
  const [here, setHere] = useState(false);
  if (cannotEnroll) {
    return (
      <Alert title={cannotEnroll.sentence} tone="info" testId="cannot-enroll">
        <p>{cannotEnroll.howToFix}</p>
      </Alert>
    );
  }
  if (here) {
    const enrolled = (card: ContactCard) => {
      state.replace(card);
      setHere(false);
    };
    return (
      <EnrollOne personName={person.name} surface={surface} onEnrolled={enrolled} onCancel={() => setHere(false)} />
    );
  }
  return (
    <Button
      kind="primary"
      disabled={state.busy !== null}
      onClick={async () => {
        if (await openModal(surface)) await state.refresh();
        else setHere(true);
      }}
      testId="enroll"
    >
      {cardWords.enroll}
    </Button>
  );
}

/** Opens our modal; false where there is none to open, and the panel must do itself. */
async function openModal({ page, record }: Surface): Promise<boolean> {
  const target = { resource: record.objectType, view: 'details', selectedIds: [record.recordId] };
  try {
    const opened = await page.sessions.sessionFor(target);
    if (opened.outcome === 'refused' || !opened.session.enrollModalId) return false;
    await page.sdk.execute(Command.OPEN_MODAL, {
      type: Modal.CUSTOM_MODAL,
      action_id: opened.session.enrollModalId,
      data: { personId: record.recordId },
    });
    return true;
  } catch {
    return false;
  }
}
