import { Alert, Button, Flex, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import type { ReactNode } from 'react';
import { LoadFailed } from './LoadFailed.tsx';
import { Problems } from './Problems.tsx';

/** Waiting, failure, what must be mended, and the last change, around the card itself. */
export function CardFrame({
  state,
  children,
}: {
  state: ContactCardState;
  children: (card: ContactCard) => ReactNode;
}) {
  const { value: card, failure, loading } = state;
  if (!card) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.refresh} />;
    return <LoadingSpinner label={cardWords.loadingCard} showLabel layout="centered" />;
  }
  return (
    <Flex direction="column" gap="sm">
      {failure && (
        <Alert title={cardWords.stale} variant="warning" testId="stale">
          {failure.message}
        </Alert>
      )}
      {state.failedAct && (
        <Alert title={cardWords.actFailed} variant="danger" testId="act-failed">
          <Text>{state.failedAct.failure.message}</Text>
          <Button size="xs" onClick={() => void state.failedAct?.retry()} testId="retry-act">
            {cardWords.retry}
          </Button>
        </Alert>
      )}
      {state.change?.undo && !state.failedAct && (
        <Alert title={state.change.message} variant="success" testId="changed">
          <Button size="xs" disabled={state.busy !== null} onClick={() => void state.change?.undo?.()} testId="undo">
            {cardWords.undo}
          </Button>
        </Alert>
      )}
      <Problems problems={card.problems} />
      {children(card)}
      <Flex justify="end">
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={loading}
          onClick={() => void state.refresh()}
          testId="refresh"
        >
          {cardWords.refresh}
        </LoadingButton>
      </Flex>
    </Flex>
  );
}
