import { asFailure, type RequestFailed } from '@salesos/shared/surface/api.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';

interface Way {
  id: string;
  /** The button that asks for the address. */
  label: string;
  /** The link that opens it. */
  open: string;
  /** What happens there. */
  next: string;
}

interface Props<W extends Way> {
  ways: W[];
  failedTitle: string;
  /** A fresh address; it is good for some minutes only. */
  ask: (way: W) => Promise<{ url: string }>;
}

/**
 * Two presses: the first asks the backend for a fresh address, the second opens it. No provider lets its sign-in be shown
 * inside another page, and a browser opens a new tab only from a press on a link.
 */
export function OpenInTab<W extends Way>({ ways, failedTitle, ask }: Props<W>) {
  const [ready, setReady] = useState<{ way: W; url: string } | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);

  async function begin(way: W) {
    setAsking(way.id);
    setFailure(null);
    try {
      setReady({ way, url: (await ask(way)).url });
    } catch (thrown) {
      setFailure(asFailure(thrown));
    } finally {
      setAsking(null);
    }
  }

  if (ready) {
    return (
      <>
        <p>{ready.way.next}</p>
        <p>
          <a
            className="button primary"
            href={ready.url}
            target="_blank"
            rel="noopener noreferrer"
            onClick={() => setReady(null)}
          >
            {ready.way.open}
          </a>
        </p>
      </>
    );
  }
  return (
    <>
      {failure && (
        <Alert title={failedTitle} tone="danger">
          <p>{failure.message}</p>
        </Alert>
      )}
      <p className="row">
        {ways.map((way, index) => (
          <Button
            key={way.id}
            kind={index === 0 ? 'primary' : 'plain'}
            busy={asking === way.id}
            disabled={asking !== null}
            onClick={() => begin(way)}
          >
            {way.label}
          </Button>
        ))}
      </p>
    </>
  );
}
