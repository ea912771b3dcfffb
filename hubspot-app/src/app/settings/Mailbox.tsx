import { Flex, LoadingButton, NumberInput, StatusTag, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { useState } from 'react';
import { asKind, ConnectMailbox } from './ConnectMailbox.tsx';
import { DisconnectButton } from './DisconnectButton.tsx';
import type { Platform, SettingsState } from './use-settings.ts';

const statuses = {
  connected: { label: 'Connected', variant: 'success' },
  reconnect: { label: 'Connect again', variant: 'danger' },
  paused: { label: 'Paused', variant: 'warning' },
  disconnected: { label: 'Disconnected', variant: 'default' },
} as const;

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
  state: SettingsState;
  platform: Platform;
}

/** One mailbox: its health, and how much it sends. */
export function Mailbox({ mailbox, canEdit, state, platform }: Props) {
  const [dailyCap, setDailyCap] = useState(mailbox.dailyCap);
  const [spacingSeconds, setSpacingSeconds] = useState(mailbox.spacingSeconds);
  const status = statuses[mailbox.status];
  const capWrong = !isWhole(dailyCap, 1, 2000);
  const spacingWrong = !isWhole(spacingSeconds, 0, 86_400);
  const changed = dailyCap !== mailbox.dailyCap || spacingSeconds !== mailbox.spacingSeconds;

  function save() {
    const request = { mailboxId: mailbox.id, dailyCap, spacingSeconds };
    return state.write('/cards/mailboxes/update', request, `Saved for ${mailbox.address}.`);
  }

  return (
    <Tile testId={`mailbox-${mailbox.id}`}>
      <Flex direction="column" gap="sm">
        <Flex justify="between" align="center" gap="sm" wrap="wrap">
          <Text format={{ fontWeight: 'demibold' }}>{`${mailbox.address} (${mailbox.vendorName})`}</Text>
          <StatusTag variant={status.variant}>{status.label}</StatusTag>
        </Flex>
        <Text>{mailbox.sentence}</Text>
        <Text variant="microcopy">{`${mailbox.sentToday} of at most ${mailbox.dailyCap} mails sent today.`}</Text>
        {mailbox.status !== 'disconnected' && (
          <Flex gap="sm" wrap="wrap" align="end">
            <NumberInput
              name={`cap-${mailbox.id}`}
              label="Most mails a day"
              min={1}
              max={2000}
              value={dailyCap}
              onChange={setDailyCap}
              readOnly={!canEdit}
              error={capWrong}
              validationMessage={capWrong ? 'A whole number from 1 to 2000.' : ''}
              testId={`cap-${mailbox.id}`}
            />
            <NumberInput
              name={`spacing-${mailbox.id}`}
              label="Seconds between two mails"
              min={0}
              max={86_400}
              value={spacingSeconds}
              onChange={setSpacingSeconds}
              readOnly={!canEdit}
              error={spacingWrong}
              validationMessage={spacingWrong ? 'A whole number from 0 to 86400 (one day).' : ''}
              testId={`spacing-${mailbox.id}`}
            />
          </Flex>
        )}
        {canEdit && mailbox.status !== 'disconnected' && (
          <Flex gap="sm" wrap="wrap">
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={state.busy}
              disabled={!changed || capWrong || spacingWrong || state.busy}
              onClick={() => void save()}
              testId={`save-${mailbox.id}`}
            >
              Save limits
            </LoadingButton>
            <DisconnectButton mailbox={mailbox} state={state} platform={platform} />
          </Flex>
        )}
        {canEdit && (mailbox.status === 'reconnect' || mailbox.status === 'disconnected') && (
          <ConnectMailbox
            api={platform.api}
            offered={[asKind(mailbox.vendor)]}
            label={`Connect ${mailbox.address} again`}
          />
        )}
      </Flex>
    </Tile>
  );
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
