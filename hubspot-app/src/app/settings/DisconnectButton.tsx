import { Button, LoadingButton, Modal, ModalBody, ModalFooter, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { fill, settingsWords } from '@salesos/shared/wording.ts';
import type { Platform } from './platform.ts';

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  state: SettingsState;
  platform: Platform;
}

/** Disconnecting asks first and says what it holds up. */
export function DisconnectButton({ mailbox, state, platform }: Props) {
  const { address } = mailbox;
  const modalId = `disconnect-${mailbox.id}`;

  async function disconnect() {
    const said = fill(settingsWords.mailboxDisconnected, { address });
    await state.write('/cards/mailboxes/disconnect', { mailboxId: mailbox.id }, said);
    platform.closeOverlay(modalId);
  }

  return (
    <Button
      size="xs"
      variant="secondary"
      disabled={state.busy}
      testId={`disconnect-${mailbox.id}`}
      overlay={
        <Modal id={modalId} title={fill(settingsWords.disconnectTitle, { address })} variant="danger" width="sm">
          <ModalBody>
            <Text>{settingsWords.disconnectMeans}</Text>
          </ModalBody>
          <ModalFooter>
            <LoadingButton
              variant="destructive"
              loading={state.busy}
              onClick={() => void disconnect()}
              testId={`confirm-disconnect-${mailbox.id}`}
            >
              {settingsWords.disconnect}
            </LoadingButton>
            <Button onClick={() => platform.closeOverlay(modalId)}>{settingsWords.disconnectCancel}</Button>
          </ModalFooter>
        </Modal>
      }
    >
      {settingsWords.disconnect}
    </Button>
  );
}
