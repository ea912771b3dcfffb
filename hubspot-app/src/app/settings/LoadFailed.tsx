import { Button, ErrorState, Text } from '@hubspot/ui-extensions';
import type { RequestFailed } from '@salesos/shared/surface/api.ts';

/** The settings could not be loaded: why, and the way to try again. */
export function LoadFailed({ failure, onRetry }: { failure: RequestFailed; onRetry: () => unknown }) {
  const noAccess = failure.status === 403;
  return (
    <ErrorState
      title={noAccess ? 'You have no access' : 'The settings could not be loaded'}
      type={noAccess ? 'lock' : 'error'}
    >
      <Text>{failure.message}</Text>
      {failure.status === 401 && <Text>Install SalesOS in this HubSpot account again to connect it.</Text>}
      <Button onClick={() => void onRetry()}>Try again</Button>
    </ErrorState>
  );
}
