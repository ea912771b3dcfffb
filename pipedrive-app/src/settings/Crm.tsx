import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { crmStatuses } from '@salesos/shared/surface/settings-words.ts';
import { useAct } from '@salesos/shared/surface/use-act.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { fill, settingsWords } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import { Copyable } from './Copyable.tsx';

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
  const { label, tone } = crmStatuses[status];
  return (
    <article className="tile" data-testid={`crm-${crm.crm}`}>
      <p className="row between">
        <strong>{`${crmName} ${crm.accountId}`}</strong>
        <Tag tone={tone}>{label}</Tag>
      </p>
      <p>{crm.sentence}</p>
      {canEdit && status === 'connected' && (
        <p className="row">
          <Button
            busy={state.busy}
            onClick={() =>
              state.write('/cards/crms/check', { connectionId }, fill(settingsWords.crmChecked, { crm: crmName }))
            }
            testId={`check-${crm.crm}`}
          >
            {settingsWords.checkCrm}
          </Button>
          {crm.crm === 'salesforce' && (
            <Button
              busy={acts.busy !== null}
              onClick={() =>
                acts.perform('key', async () => setKey((await api('/cards/crms/key', { connectionId })).key))
              }
              testId="salesforce-key"
            >
              {settingsWords.makeKey}
            </Button>
          )}
        </p>
      )}
      {acts.failed && (
        <Alert title={settingsWords.keyRefused} tone="danger">
          <p>{acts.failed.failure.message}</p>
        </Alert>
      )}
      {key && (
        <Alert title={settingsWords.keyShownOnce} tone="info">
          <Copyable label={settingsWords.key} text={key} testId="crm-key" />
          <p>{settingsWords.keyHelp}</p>
        </Alert>
      )}
    </article>
  );
}
