import type { RequestFailed } from '@salesos/shared/surface/api.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { Alert } from './Alert.tsx';
import { Button } from './Button.tsx';

interface Props {
  label: string;
  hasMore: boolean;
  loading: boolean;
  failure: RequestFailed | null;
  more: () => Promise<void>;
}

/** The end of a list that has another page; after a failure the same button tries again. */
export function MoreButton({ label, hasMore, loading, failure, more }: Props) {
  return (
    <>
      {failure && (
        <Alert title={cardWords.nextPartFailed} tone="danger">
          <p>{failure.message}</p>
        </Alert>
      )}
      {hasMore && (
        <Button busy={loading} onClick={more}>
          {label}
        </Button>
      )}
    </>
  );
}
