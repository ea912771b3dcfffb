import type { RequestFailed } from '@salesos/shared/surface/api.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { Button } from './Button.tsx';

/** Each person installs for themselves in Pipedrive; the address begins that, in a tab of its own. */
const installAddress = '/connect/pipedrive';

/** Nothing could be loaded: why, in the backend's own sentence, and what to do. */
export function LoadFailed({ failure, onRetry }: { failure: RequestFailed; onRetry: () => unknown }) {
  const { title, advice, canInstall } = explain(failure);
  return (
    <div className="load-failed" role="alert" data-testid="load-failed">
      <strong>{title}</strong>
      <p>{failure.message}</p>
      {advice && <p>{advice}</p>}
      <p className="row">
        {canInstall && (
          <a className="button primary" href={installAddress} target="_blank" rel="noopener noreferrer">
            Install SalesOS
          </a>
        )}
        <Button onClick={onRetry}>{cardWords.retry}</Button>
      </p>
    </div>
  );
}

function explain({ status, code }: RequestFailed): { title: string; advice: string | null; canInstall: boolean } {
  // The token in the page's address was too old, and Pipedrive gave no newer one.
  if (code === 'signature_refused') return { title: 'This page is too old', advice: null, canInstall: false };
  if (status === 401) {
    const advice =
      'Install it for yourself, which takes a minute and opens in a new tab. Then come back and try again.';
    return { title: cardWords.notConnected, advice, canInstall: true };
  }
  if (status === 403) return { title: cardWords.noAccess, advice: cardWords.askForAccess, canInstall: false };
  return { title: cardWords.notReached, advice: null, canInstall: false };
}
