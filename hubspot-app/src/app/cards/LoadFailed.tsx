import { Button, ErrorState, Text } from '@hubspot/ui-extensions';
import type { RequestFailed } from '@salesos/shared/surface/api.ts';
import { cardWords } from '@salesos/shared/wording.ts';

/** Nothing could be loaded: why, in the backend's own sentence, and what to do. */
export function LoadFailed({ failure, onRetry }: { failure: RequestFailed; onRetry: () => unknown }) {
  const { title, type, advice } = explain(failure);
  return (
    <ErrorState title={title} type={type}>
      <Text>{failure.message}</Text>
      {advice && <Text>{advice}</Text>}
      <Button onClick={() => void onRetry()}>{cardWords.retry}</Button>
    </ErrorState>
  );
}

function explain({ status, code }: RequestFailed): {
  title: string;
  type: 'error' | 'lock' | 'support';
  advice: string | null;
} {
  if (code === 'no_origin') return { title: cardWords.notSetUp, type: 'support', advice: null };
  if (status === 401) {
    return {
      title: cardWords.notConnected,
      type: 'support',
      advice: 'An admin connects it in HubSpot under Settings, Integrations, Connected apps, SalesOS.',
    };
  }
  if (status === 403) {
    return { title: cardWords.noAccess, type: 'lock', advice: cardWords.askForAccess };
  }
  return { title: cardWords.notReached, type: 'error', advice: null };
}
