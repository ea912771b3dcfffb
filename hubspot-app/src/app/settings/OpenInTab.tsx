import { Alert, Button, Flex, LoadingButton, Text } from '@hubspot/ui-extensions';
import { asFailure, type RequestFailed } from '@salesos/shared/surface/api.ts';
import { useState } from 'react';

export interface Way {
  id: string;
  label: string;
  /** What opens the other page, and what to do there. */
  open: string;
  next: string;
}

/**
 * Two presses: the first asks the backend for a fresh address, the second opens it. No provider lets its sign-in be shown
 * inside another page, and HubSpot opens a new tab only from a press on a link.
 */
export function OpenInTab<W extends Way>(props: {
  ways: W[];
  ask: (way: W) => Promise<{ url: string }>;
  failedTitle: string;
}) {
  const { ways, ask, failedTitle } = props;
  const [ready, setReady] = useState<{ way: W; url: string } | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);

  async function choose(way: W) {
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

  if (ready)
    return (
      <Flex direction="column" gap="xs" align="start">
        <Text>{ready.way.next}</Text>
        <Button variant="primary" href={{ url: ready.url, external: true }} onClick={() => setReady(null)}>
          {ready.way.open}
        </Button>
      </Flex>
    );
  return (
    <Flex direction="column" gap="xs" align="start">
      {failure && (
        <Alert title={failedTitle} variant="danger">
          {failure.message}
        </Alert>
      )}
      <Flex gap="sm" wrap="wrap">
        {ways.map((way, index) => (
          <LoadingButton
            key={way.id}
            variant={index === 0 ? 'primary' : 'secondary'}
            size="sm"
            loading={asking === way.id}
            disabled={asking !== null}
            onClick={() => void choose(way)}
            testId={way.label}
          >
            {way.label}
          </LoadingButton>
        ))}
      </Flex>
    </Flex>
  );
}
