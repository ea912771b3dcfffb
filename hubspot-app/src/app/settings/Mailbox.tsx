import { Flex, LoadingButton, StatusTag, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { asKind } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import { DisconnectButton } from './DisconnectButton.tsx';
import { MailboxForm } from './MailboxForm.tsx';
import type { Platform } from './platform.ts';

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

/** One mailbox: its health, how it sends, and what to do when it does not. */
export function Mailbox({ mailbox, canEdit, state, platform }: Props) {
  const status = statuses[mailbox.status];

  function resume() {
    return state.write('/cards/mailboxes/resume', { mailboxId: mailbox.id }, `${mailbox.address} sends again.`);
  }

  return (
    <Tile testId={`mailbox-${mailbox.id}`}>
      <Flex direction="column" gap="sm">
        <Flex justify="between" align="center" gap="sm" wrap="wrap">
          <Text format={{ fontWeight: 'demibold' }}>{`${mailbox.address} (${mailbox.vendorName})`}</Text>
          <StatusTag variant={status.variant}>{status.label}</StatusTag>
        </Flex>
        <Text>{mailbox.sentence}</Text>
        <Text variant="microcopy">{`${mailbox.sentToday} of at most ${mailbox.limitToday} mails sent today.`}</Text>
        {canEdit && mailbox.status === 'paused' && (
          <LoadingButton
            size="xs"
            variant="primary"
            loading={state.busy}
            disabled={state.busy}
            onClick={() => void resume()}
            testId={`resume-${mailbox.id}`}
          >
            Resume
          </LoadingButton>
        )}
        {mailbox.status !== 'disconnected' && <MailboxForm mailbox={mailbox} canEdit={canEdit} state={state} />}
        {canEdit && mailbox.status !== 'disconnected' && (
          <DisconnectButton mailbox={mailbox} state={state} platform={platform} />
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
