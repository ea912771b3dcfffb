import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { crmStatuses } from '@salesos/shared/surface/settings-words.ts';
import { useAct } from '@salesos/shared/surface/use-act.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import { Copyable } from './Copyable.tsx';

const tones = { connected: 'success', reconnect: 'danger', uninstalled: 'neutral' } as const;

interface Props {
  crm: SettingsView['crms'][number];
  canEdit: boolean;
  state: SettingsState;
  api: SalesosApi;
}

/** One CRM: its health, and what an admin can do once its cause is mended there. */
export function Crm({ crm, canEdit, state, api }: Props) {
  const { id: connectionId, crmName, status } = crm;
  const acts = useAct();
  const [key, setKey] = useState<string | null>(null);
  const said = `SalesOS looks at ${crmName} again within a minute: press Refresh then.`;
  return (
    <article className="tile" data-testid={`crm-${crm.crm}`}>
      <p className="row between">
        <strong>{`${crmName} ${crm.accountId}`}</strong>
        <Tag tone={tones[status]}>{crmStatuses[status]}</Tag>
      </p>
      <p>{crm.sentence}</p>
      {canEdit && status === 'connected' && (
        <p className="row">
          <Button
            busy={state.busy}
            onClick={() => state.write('/cards/crms/check', { connectionId }, said)}
            testId={`check-${crm.crm}`}
          >
            Try again
          </Button>
          {crm.crm === 'salesforce' && (
            <Button
              busy={acts.busy !== null}
              onClick={() =>
                acts.perform('key', async () => setKey((await api('/cards/crms/key', { connectionId })).key))
              }
              testId="salesforce-key"
            >
              Make a key to enter by hand
            </Button>
          )}
        </p>
      )}
      {acts.failed && (
        <Alert title="There is no new key yet" tone="danger">
          <p>{acts.failed.failure.message}</p>
        </Alert>
      )}
      {key && (
        <>
          <Copyable label="Key" text={key} testId="crm-key" />
          <p className="hint">Shown once. The one before works for another hour.</p>
        </>
      )}
    </article>
  );
}
