import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import type { ReactNode } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { Problems } from './Problems.tsx';

/** Waiting, failure, what must be mended, and the last change, around the card itself. */
export function CardFrame({
  state,
  children,
}: {
  state: ContactCardState;
  children: (card: ContactCard) => ReactNode;
}) {
  const { value: card, failure, loading, failedAct, change } = state;
  if (!card) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.refresh} />;
    return <Spinner label={cardWords.loadingCard} />;
  }
  return (
    <div className="stack">
      {failure && (
        <Alert title={cardWords.stale} tone="warning" testId="stale">
          <p>{failure.message}</p>
        </Alert>
      )}
      {failedAct && (
        <Alert title={cardWords.actFailed} tone="danger" testId="act-failed">
          <p>{failedAct.failure.message}</p>
          <Button onClick={failedAct.retry} testId="retry-act">
            {cardWords.retry}
          </Button>
        </Alert>
      )}
      {change?.undo && !failedAct && (
        <Alert title={change.message} tone="success" testId="changed">
          <Button disabled={state.busy !== null} onClick={change.undo} testId="undo">
            {cardWords.undo}
          </Button>
        </Alert>
      )}
      <Problems problems={card.problems} />
      {children(card)}
      <p className="row end">
        <Button busy={loading} onClick={state.refresh} testId="refresh">
          {cardWords.refresh}
        </Button>
      </p>
    </div>
  );
}
