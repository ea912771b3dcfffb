import { Alert, LoadingButton } from '@hubspot/ui-extensions';
import type { RequestFailed } from '@salesos/shared/surface/api.ts';
import { cardWords } from '@salesos/shared/wording.ts';

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
        <Alert title={cardWords.nextPartFailed} variant="danger">
          {failure.message}
        </Alert>
      )}
      {hasMore && (
        <LoadingButton size="xs" variant="secondary" loading={loading} onClick={() => void more()} testId={label}>
          {label}
        </LoadingButton>
      )}
    </>
  );
}
