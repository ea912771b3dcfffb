import { Alert, Button, Flex, LoadingButton, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { asFailure, type SalesosApi } from '@salesos/shared/surface/api.ts';
import { crmStatuses } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { fill, settingsWords } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { Status } from './Status.tsx';

interface Props {
  crm: SettingsView['crms'][number];
  canEdit: boolean;
  state: SettingsState;
  api: SalesosApi;
}

/** One CRM: its health, and what an admin can do about it. */
export function Crm({ crm: { id, crm, crmName, accountId, status, sentence }, canEdit, state, api }: Props) {
  const [key, setKey] = useState<{ shown: string } | { problem: string } | null>(null);

  async function makeKey() {
    try {
      setKey({ shown: (await api('/cards/crms/key', { connectionId: id })).key });
    } catch (thrown) {
      setKey({ problem: asFailure(thrown).message });
    }
  }

  return (
    <Tile testId={`crm-${crm}`}>
      <Flex direction="column" gap="xs" align="start">
        <Flex justify="between" align="center" gap="sm" wrap="wrap">
          <Text format={{ fontWeight: 'demibold' }}>{`${crmName} ${accountId}`}</Text>
          <Status status={crmStatuses[status]} />
        </Flex>
        <Text>{sentence}</Text>
        {canEdit && status === 'connected' && (
          <Flex gap="sm">
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={state.busy}
              disabled={state.busy}
              onClick={() =>
                void state.write(
                  '/cards/crms/check',
                  { connectionId: id },
                  fill(settingsWords.crmChecked, { crm: crmName }),
                )
              }
              testId={`check-${crm}`}
            >
              {settingsWords.checkCrm}
            </LoadingButton>
            {crm === 'salesforce' && (
              <Button size="xs" variant="secondary" onClick={() => void makeKey()} testId="new-key">
                {settingsWords.makeKey}
              </Button>
            )}
          </Flex>
        )}
        {key && 'problem' in key && (
          <Alert title={settingsWords.keyRefused} variant="danger" testId="key-failed">
            {key.problem}
          </Alert>
        )}
        {key && 'shown' in key && (
          <Alert title={settingsWords.keyShownOnce} variant="info" testId="key">
            <Text>{key.shown}</Text>
            <Text>{settingsWords.keyHelp}</Text>
          </Alert>
        )}
      </Flex>
    </Tile>
  );
}
