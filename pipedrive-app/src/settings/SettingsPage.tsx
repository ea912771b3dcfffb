import { useSettings } from '@salesos/shared/surface/use-settings.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useMemo } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import type { Page } from '../platform/page.tsx';
import { AccountForm } from './AccountForm.tsx';
import { Automation } from './Automation.tsx';
import { Checklist } from './Checklist.tsx';
import { Crms } from './Crms.tsx';
import { Mailboxes } from './Mailboxes.tsx';
import { Sending } from './Sending.tsx';

/** What must be set before the first mail can go out, how mails are sent, and how automations reach us. */
export function SettingsPage({ page }: { page: Page }) {
  const api = useMemo(() => page.apiFor(page.where), [page]);
  const state = useSettings({ api, addAlert: ({ message }) => page.tell(message) });
  const { value: settings, failure, loading } = state;
  if (!settings) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={state.reload} />;
    return <Spinner label="Loading the settings" />;
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
        <Alert title="This is a sandbox" tone="info" testId="sandbox">
          <p>Nothing leaves this machine: mails go to the made-up inbox beside the card.</p>
        </Alert>
      )}
      {!canEdit && (
        <Alert title="You can look, not change" tone="info" testId="read-only">
          <p>Only a SalesOS admin can change these settings.</p>
        </Alert>
      )}
      {state.failedAct && (
        <Alert title="That was not saved" tone="danger" testId="act-failed">
          <p>{state.failedAct.failure.message}</p>
          <Button onClick={state.failedAct.retry} testId="retry-act">
            {cardWords.retry}
          </Button>
        </Alert>
      )}
      <Checklist items={settings.checklist} />
      <Mailboxes settings={settings} state={state} api={api} sdk={page.sdk} />
      <Sending key={JSON.stringify({ ...sending, domains: [] })} sending={sending} canEdit={canEdit} state={state} />
      <AccountForm settings={settings} state={state} />
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
