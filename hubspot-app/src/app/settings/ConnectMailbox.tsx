import { Alert, Button, Flex, LoadingButton, Text } from '@hubspot/ui-extensions';
import { asFailure, type RequestFailed, type SalesosApi } from '@salesos/shared/surface/api.ts';
import { type MailboxKind, mailboxKinds } from '@salesos/shared/surface/settings-words.ts';
import { useState } from 'react';

/**
 * Two presses: the first asks the backend for a fresh address, the second opens it. No provider lets its sign-in be shown
 * inside another page, and HubSpot opens a new tab only from a press on a link.
 */
export function ConnectMailbox({ api, offered, label }: { api: SalesosApi; offered: MailboxKind[]; label?: string }) {
  const [ready, setReady] = useState<{ kind: MailboxKind; url: string } | null>(null);
  const [asking, setAsking] = useState<MailboxKind | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);

  async function ask(kind: MailboxKind) {
    setAsking(kind);
    setFailure(null);
    try {
      setReady({ kind, url: (await api('/cards/mailboxes/connect', { vendor: kind })).url });
    } catch (thrown) {
      setFailure(asFailure(thrown));
    } finally {
      setAsking(null);
    }
  }

  if (ready) {
    const { open, next } = mailboxKinds[ready.kind];
    return (
      <Flex direction="column" gap="xs" align="start">
        <Text>{next}</Text>
        <Button variant="primary" href={{ url: ready.url, external: true }} onClick={() => setReady(null)}>
          {open}
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
      <Flex gap="sm" wrap="wrap">
        {offered.map((kind) => (
          <LoadingButton
            key={kind}
            variant={kind === offered[0] ? 'primary' : 'secondary'}
            size="sm"
            loading={asking === kind}
            disabled={asking !== null}
            onClick={() => void ask(kind)}
            testId={label ?? mailboxKinds[kind].connect}
          >
            {label ?? mailboxKinds[kind].connect}
          </LoadingButton>
        ))}
      </Flex>
    </Flex>
  );
}
