import { Button, ErrorState, Text } from '@hubspot/ui-extensions';
import type { RequestFailed } from '@salesos/shared/surface/api.ts';

/** Nothing could be loaded: why, in the backend's own sentence, and what to do. */
export function LoadFailed({ failure, onRetry }: { failure: RequestFailed; onRetry: () => unknown }) {
  const { title, type, advice } = explain(failure);
  return (
    <ErrorState title={title} type={type}>
      <Text>{failure.message}</Text>
      {advice && <Text>{advice}</Text>}
      <Button onClick={() => void onRetry()}>Try again</Button>
    </ErrorState>
  );
}

function explain({ status, code }: RequestFailed): {
  title: string;
  type: 'error' | 'lock' | 'support';
  advice: string | null;
} {
  if (code === 'no_origin') return { title: 'SalesOS is not set up', type: 'support', advice: null };
  if (status === 401) {
    return {
      title: 'SalesOS is not connected',
      type: 'support',
      advice: 'An admin connects it in HubSpot under Settings, Integrations, Connected apps, SalesOS.',
    };
  }
  if (status === 403) {
    return { title: 'You have no access', type: 'lock', advice: 'Ask a SalesOS admin in your company for access.' };
  }
  return { title: 'SalesOS could not be reached', type: 'error', advice: null };
}
