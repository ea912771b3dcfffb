import { useAct } from '@salesos/shared/surface/use-act.ts';
import { useEnrollChoices } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import type { Surface } from '../platform/page.tsx';
import { MailboxChoice } from './MailboxChoice.tsx';
import { Preview } from './Preview.tsx';
import { SequenceChoice } from './SequenceChoice.tsx';

export interface Choice {
  sequenceId: string;
  mailboxId: string;
}

interface Props {
  /** Whose choices and preview are shown: of several people, the first. */
  surface: Pick<Surface, 'api' | 'record' | 'dates'>;
  title: string;
  confirmLabel: string;
  failedTitle: string;
  /** Said above the preview, where it stands for others too. */
  previewNote?: string;
  /** False where a refusal of the previewed person is no reason not to enroll the others. */
  refusalBlocks?: boolean;
  enroll: (choice: Choice, idempotencyKey: string) => Promise<void>;
  onCancel: () => void;
}

/** Choose a sequence and a mailbox, see what would happen, confirm. */
export function EnrollForm({ surface, title, confirmLabel, failedTitle, refusalBlocks = true, ...props }: Props) {
  const choices = useEnrollChoices(surface);
  const acts = useAct();
  const [sequenceId, setSequenceId] = useState<string | null>(null);
  const [chosenMailboxId, setMailboxId] = useState<string | null>(null);
  /** The choice whose preview is on screen and allows it. */
  const [previewed, setPreviewed] = useState<string | null>(null);
  const mailboxId = chosenMailboxId ?? choices.usualMailboxId;
  const choice = sequenceId && mailboxId ? { sequenceId, mailboxId } : null;
  const key = choice && `${sequenceId}:${mailboxId}`;

  return (
    <form className="enroll" aria-label={title} onSubmit={(event) => event.preventDefault()}>
      <div className="stack scrolls">
        <h1>{title}</h1>
        <SequenceChoice choices={choices} chosen={sequenceId} onChoose={setSequenceId} />
        <MailboxChoice choices={choices} chosen={mailboxId} onChoose={setMailboxId} />
        {choice && props.previewNote && <p className="hint">{props.previewNote}</p>}
        {choice && (
          <Preview
            key={key}
            {...choice}
            surface={surface}
            onReady={({ refusal }) => setPreviewed(refusal && refusalBlocks ? null : key)}
          />
        )}
        {acts.failed && (
          <Alert title={failedTitle} tone="danger" testId="enroll-failed">
            <p>{acts.failed.failure.message}</p>
          </Alert>
        )}
      </div>
      <footer className="row end">
        <Button onClick={props.onCancel} testId="cancel-enroll">
          {cardWords.cancel}
        </Button>
        <Button
          kind="primary"
          busy={acts.busy !== null}
          disabled={choice === null || previewed !== key}
          onClick={() =>
            choice && acts.perform(`enroll:${key}`, (idempotencyKey) => props.enroll(choice, idempotencyKey))
          }
          testId="confirm-enroll"
        >
          {acts.failed ? cardWords.retry : confirmLabel}
        </Button>
      </footer>
    </form>
  );
}
