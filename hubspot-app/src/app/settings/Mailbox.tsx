import { Flex, LoadingButton, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { mailboxForm } from '@salesos/shared/surface/mailbox-draft.ts';
import { asKind, mailboxStatuses } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { cardWords, fill, settingsWords } from '@salesos/shared/wording.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import { DisconnectButton } from './DisconnectButton.tsx';
import type { Platform } from './platform.ts';
import { SettingsForm } from './SettingsForm.tsx';
import { Status } from './Status.tsx';

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
  state: SettingsState;
  platform: Platform;
}

/** One mailbox: its health, how it sends, and what to do when it does not. */
export function Mailbox({ mailbox, canEdit, state, platform }: Props) {
  const { id, address, vendorName, status, sentence, sentToday, limitToday } = mailbox;
  const isGone = status === 'disconnected';
  const write = (path: '/cards/mailboxes/pause' | '/cards/mailboxes/resume', said: string) =>
    void state.write(path, { mailboxId: id }, fill(said, { address }));
  return (
    <Tile testId={`mailbox-${id}`}>
      <Flex direction="column" gap="sm">
        <Flex justify="between" align="center" gap="sm" wrap="wrap">
          <Text format={{ fontWeight: 'demibold' }}>
            {fill(settingsWords.mailbox, { address, vendor: vendorName })}
          </Text>
          <Status status={mailboxStatuses[status]} />
        </Flex>
        <Text>{sentence}</Text>
        <Text variant="microcopy">{fill(settingsWords.sentToday, { sent: sentToday, limit: limitToday })}</Text>
        {canEdit && status === 'paused' && (
          <LoadingButton
            size="xs"
            variant="primary"
            loading={state.busy}
            disabled={state.busy}
            onClick={() => write('/cards/mailboxes/resume', settingsWords.mailboxResumed)}
            testId={`resume-${id}`}
          >
            {cardWords.resume}
          </LoadingButton>
        )}
        {!isGone && (
          <SettingsForm
            form={mailboxForm}
            stored={mailbox}
            save={(change) =>
              state.write(
                '/cards/mailboxes/update',
                { mailboxId: id, ...change },
                fill(settingsWords.mailboxSaved, { address }),
              )
            }
            saveLabel={settingsWords.saveMailbox}
            busy={state.busy}
            readOnly={!canEdit}
            of={`-${id}`}
            testId={`save-${id}`}
          />
        )}
        {canEdit && !isGone && (
          <Flex gap="sm" wrap="wrap">
            {status === 'connected' && (
              <LoadingButton
                size="xs"
                variant="secondary"
                loading={state.busy}
                disabled={state.busy}
                onClick={() => write('/cards/mailboxes/pause', settingsWords.mailboxPaused)}
                testId={`pause-${id}`}
              >
                {cardWords.pause}
              </LoadingButton>
            )}
            <DisconnectButton mailbox={mailbox} state={state} platform={platform} />
          </Flex>
        )}
        {canEdit && (status === 'reconnect' || isGone) && (
          <ConnectMailbox
            api={platform.api}
            offered={[asKind(mailbox.vendor)]}
            label={fill(settingsWords.connectAgain, { address })}
          />
        )}
      </Flex>
    </Tile>
  );
}
