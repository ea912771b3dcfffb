import { Alert, Button, Divider, Flex, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import { useSettings } from '@salesos/shared/surface/use-settings.ts';
import { AccountForm } from './AccountForm.tsx';
import { Checklist } from './Checklist.tsx';
import { Crms } from './Crms.tsx';
import { LoadFailed } from './LoadFailed.tsx';
import { Mailboxes } from './Mailboxes.tsx';
import type { Platform } from './platform.ts';
import { SamePerson } from './SamePerson.tsx';
import { Sending } from './Sending.tsx';

/** What must be set before the first mail can go out, and how mails are sent. */
export function SettingsPage(platform: Platform) {
  const state = useSettings(platform);
  const { value: settings, failure, loading } = state;
  if (!settings) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.reload} />;
    return <LoadingSpinner label="Loading the settings" showLabel layout="centered" />;
  }
  return (
    <Flex direction="column" gap="md">
      {failure && (
        <Alert title="This may be out of date" variant="warning" testId="stale">
          {failure.message}
        </Alert>
      )}
      {settings.sandbox && (
        <Alert title="This is a sandbox" variant="info" testId="sandbox">
          Nothing leaves this machine: mails go to the made-up inbox beside the card.
        </Alert>
      )}
      {!settings.canEdit && (
        <Alert title="You can look, not change" variant="info" testId="read-only">
          Only a SalesOS admin can change these settings.
        </Alert>
      )}
      {state.failedAct && (
        <Alert title="That was not saved" variant="danger" testId="act-failed">
          <Text>{state.failedAct.failure.message}</Text>
          <Button size="xs" onClick={() => void state.failedAct?.retry()} testId="retry-act">
            Try again
          </Button>
        </Alert>
      )}
      <Checklist items={settings.checklist} />
      <Divider />
      <Mailboxes settings={settings} state={state} platform={platform} />
      <Divider />
      <Sending
        key={JSON.stringify({ ...settings.sending, domains: [] })}
        sending={settings.sending}
        canEdit={settings.canEdit}
        state={state}
      />
      <Divider />
      <AccountForm settings={settings} state={state} />
      <Divider />
      <Crms settings={settings} state={state} api={platform.api} />
      <SamePerson settings={settings} state={state} />
      <Flex justify="end">
        <LoadingButton
          variant="secondary"
          size="xs"
          loading={loading}
          onClick={() => void state.reload()}
          testId="refresh"
        >
          Refresh
        </LoadingButton>
      </Flex>
    </Flex>
  );
}
