import { Alert, Button, Flex, LoadingButton, Text } from '@hubspot/ui-extensions';
import { asFailure, type RequestFailed, type SalesosApi } from '@salesos/hubspot-common/api.ts';
import { useState } from 'react';

/**
 * Two presses: the first asks the backend for a fresh address, the second opens it. Google does not let its sign-in be
 * shown inside another page, and HubSpot opens a new tab only from a press on a link.
 */
export function ConnectMailbox({ api, label }: { api: SalesosApi; label: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<RequestFailed | null>(null);

  async function ask() {
    setAsking(true);
    setFailure(null);
    try {
      setUrl((await api('/cards/mailboxes/connect', { vendor: 'google' })).url);
    } catch (thrown) {
      setFailure(asFailure(thrown));
    } finally {
      setAsking(false);
    }
  }

  if (url) {
    return (
      <Flex direction="column" gap="xs" align="start">
        <Text>Sign in at Google and allow SalesOS to send and read mail. Then come back and press Refresh.</Text>
        <Button variant="primary" href={{ url, external: true }} onClick={() => setUrl(null)}>
          Open Google in a new tab
        </Button>
      </Flex>
    );
  }
  return (
    <Flex direction="column" gap="xs" align="start">
      {failure && (
        <Alert title="The mailbox cannot be connected now" variant="danger">
          {failure.message}
        </Alert>
      )}
      <LoadingButton variant="primary" size="sm" loading={asking} onClick={() => void ask()} testId={label}>
        {label}
      </LoadingButton>
    </Flex>
  );
}
