import { Color } from '@pipedrive/app-extensions-sdk';
import type { AutomationView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { useAct } from '@salesos/shared/surface/use-act.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { Command } from '../platform/open-sdk.ts';
import type { Page } from '../platform/page.tsx';
import { Copyable } from './Copyable.tsx';

/** What an admin pastes into Pipedrive so that its automations can enroll and stop people. */
export function Automation({ page, api }: { page: Page; api: SalesosApi }) {
  const { value, failure, loading, reload, replace } = useLoaded<AutomationView>('automation', () =>
    api('/cards/automation', {}),
  );
  const acts = useAct();

  /** Asks first: automations that have the old password fail from then on. */
  async function rotate() {
    const { confirmed } = await page.sdk.execute(Command.SHOW_CONFIRMATION, {
      title: 'Make a new password?',
      description:
        'The one before stops working at once. Automations reach SalesOS again when the new one is pasted into the automation webhook.',
      okText: 'Make a new password',
      cancelText: 'Keep the one there is',
      okColor: Color.NEGATIVE,
    });
    if (confirmed) await acts.perform('rotate', async () => replace(await api('/cards/automation/rotate', {})));
  }

  return (
    <section className="stack" data-testid="automation">
      <h2>Automations</h2>
      <p>
        In Pipedrive a global admin adds one automation webhook with this address, user and password. Each automation
        then picks it, adds one of the paths below, and sends its body.
      </p>
      {value ? (
        <>
          <Copyable label="Address" text={value.url} testId="automation-url" />
          <Copyable label="User" text={value.userName} testId="automation-user" />
          {value.password ? (
            <>
              <Copyable label="Password" text={value.password} testId="automation-password" />
              <Alert title="This is shown once" tone="warning">
                <p>Paste it into Pipedrive now. Nobody can look it up later; you can only make another one.</p>
              </Alert>
            </>
          ) : (
            <p className="hint">
              The password is shown once, right after you make one: SalesOS keeps only its fingerprint.
            </p>
          )}
          {acts.failed && (
            <Alert title="There is no new password yet" tone="danger">
              <p>{acts.failed.failure.message}</p>
            </Alert>
          )}
          <p className="row">
            <Button busy={acts.busy !== null} onClick={rotate} testId="rotate">
              Make a new password
            </Button>
          </p>
          {value.actions.map(({ label, path, body }) => (
            <details key={path}>
              <summary>{label}</summary>
              <div className="stack details">
                <Copyable label="Path" text={path} testId={`path-${path}`} />
                <Copyable label="Body" text={body} testId={`body-${path}`} />
              </div>
            </details>
          ))}
          <Deliveries deliveries={value.deliveries} dates={page.dates} />
          <p className="row">
            <Button busy={loading} onClick={reload} testId="refresh-deliveries">
              Show what arrived since
            </Button>
          </p>
        </>
      ) : failure && !loading ? (
        <LoadFailed failure={failure} onRetry={reload} />
      ) : (
        <Spinner label="Loading the address for automations" />
      )}
    </section>
  );
}

function Deliveries({ deliveries, dates }: { deliveries: AutomationView['deliveries']; dates: DateStyle }) {
  if (deliveries.length === 0) return <p data-testid="no-deliveries">No automation has called SalesOS yet.</p>;
  return (
    <table data-testid="deliveries">
      <caption>What automations asked for, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map(({ at, action, personName, result, message }) => (
          <tr key={`${at} ${action} ${personName} ${message}`}>
            <td>{when(at, dates)}</td>
            <td>{action}</td>
            <td>{personName ?? 'Not known'}</td>
            <td>{message || result}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
