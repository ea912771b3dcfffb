import { Alert, Button, Divider, Flex, Heading, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import { accountForm } from '@salesos/shared/surface/account-forms.ts';
import { useSettings } from '@salesos/shared/surface/use-settings.ts';
import { cardWords, settingsWords } from '@salesos/shared/wording.ts';
import { Checklist } from './Checklist.tsx';
import { Crms } from './Crms.tsx';
import { LoadFailed } from './LoadFailed.tsx';
import { Mailboxes } from './Mailboxes.tsx';
import type { Platform } from './platform.ts';
import { SamePerson } from './SamePerson.tsx';
import { Sending } from './Sending.tsx';
import { SettingsForm } from './SettingsForm.tsx';

/** What must be set before the first mail can go out, and how mails are sent. */
export function SettingsPage(platform: Platform) {
  const state = useSettings(platform);
  const { value: settings, failure, loading } = state;
  if (!settings) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.reload} />;
    return <LoadingSpinner label={settingsWords.loadingSettings} showLabel layout="centered" />;
  }
  return (
    <Flex direction="column" gap="md">
      {failure && (
        <Alert title={cardWords.stale} variant="warning" testId="stale">
          {failure.message}
        </Alert>
      )}
      {settings.sandbox && (
        <Alert title={settingsWords.sandbox} variant="info" testId="sandbox">
          {settingsWords.sandboxText}
        </Alert>
      )}
      {!settings.canEdit && (
        <Alert title={settingsWords.readOnly} variant="info" testId="read-only">
          {settingsWords.readOnlyText}
        </Alert>
      )}
      {state.failedAct && (
        <Alert title={settingsWords.notSaved} variant="danger" testId="act-failed">
          <Text>{state.failedAct.failure.message}</Text>
          <Button size="xs" onClick={() => void state.failedAct?.retry()} testId="retry-act">
            {cardWords.retry}
          </Button>
        </Alert>
      )}
      <Checklist items={settings.checklist} />
      <Divider />
      <Mailboxes settings={settings} state={state} platform={platform} />
      <Divider />
      <Sending sending={settings.sending} canEdit={settings.canEdit} state={state} />
      <Divider />
      <Heading>{settings.accountName}</Heading>
      <SettingsForm
        form={accountForm}
        stored={settings}
        save={(change) => state.write('/cards/settings/update', change, settingsWords.settingsSaved)}
        saveLabel={settingsWords.saveSettings}
        variant="primary"
        busy={state.busy}
        readOnly={!settings.canEdit}
        testId="save-settings"
      />
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
          {cardWords.refresh}
        </LoadingButton>
      </Flex>
    </Flex>
  );
}
