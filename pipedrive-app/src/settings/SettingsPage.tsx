import { accountForm } from '@salesos/shared/surface/account-forms.ts';
import { useSettings } from '@salesos/shared/surface/use-settings.ts';
import { cardWords, settingsWords } from '@salesos/shared/wording.ts';
import { useMemo } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import type { Page } from '../platform/page.tsx';
import { Automation } from './Automation.tsx';
import { Checklist } from './Checklist.tsx';
import { Crms } from './Crms.tsx';
import { Mailboxes } from './Mailboxes.tsx';
import { Sending } from './Sending.tsx';
import { SettingsForm } from './SettingsForm.tsx';

/** What must be set before the first mail can go out, how mails are sent, and how automations reach us. */
export function SettingsPage({ page }: { page: Page }) {
  const api = useMemo(() => page.apiFor(page.where), [page]);
  const state = useSettings({ api, addAlert: ({ message }) => page.tell(message) });
  const { value: settings, failure, loading } = state;
  if (!settings) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.reload} />;
    return <Spinner label={settingsWords.loadingSettings} />;
  }
  const { canEdit, sending } = settings;
  return (
    <div className="stack settings">
      {failure && (
        <Alert title={cardWords.stale} tone="warning" testId="stale">
          <p>{failure.message}</p>
        </Alert>
      )}
      {settings.sandbox && (
        <Alert title={settingsWords.sandbox} tone="info" testId="sandbox">
          <p>{settingsWords.sandboxText}</p>
        </Alert>
      )}
      {!canEdit && (
        <Alert title={settingsWords.readOnly} tone="info" testId="read-only">
          <p>{settingsWords.readOnlyText}</p>
        </Alert>
      )}
      {state.failedAct && (
        <Alert title={settingsWords.notSaved} tone="danger" testId="act-failed">
          <p>{state.failedAct.failure.message}</p>
          <Button onClick={state.failedAct.retry} testId="retry-act">
            {cardWords.retry}
          </Button>
        </Alert>
      )}
      <Checklist items={settings.checklist} />
      <Mailboxes settings={settings} state={state} api={api} sdk={page.sdk} />
      <Sending sending={sending} canEdit={canEdit} state={state} />
      <section className="stack">
        <h2>{settings.accountName}</h2>
        <SettingsForm
          form={accountForm}
          stored={settings}
          save={(change) => state.write('/cards/settings/update', change, settingsWords.settingsSaved)}
          saveLabel={settingsWords.saveSettings}
          kind="primary"
          busy={state.busy}
          readOnly={!canEdit}
          testId="save-settings"
        />
      </section>
      <Crms settings={settings} state={state} api={api} />
      {canEdit && <Automation page={page} api={api} />}
      <p className="row end">
        <Button busy={loading} onClick={state.reload} testId="refresh">
          {cardWords.refresh}
        </Button>
      </p>
    </div>
  );
}
