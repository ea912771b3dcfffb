import { Button, LoadingButton, Modal, ModalBody, ModalFooter, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import type { Platform } from './platform.ts';

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  state: SettingsState;
  platform: Platform;
}

/** Disconnecting asks first and says what it holds up. */
export function DisconnectButton({ mailbox, state, platform }: Props) {
  const modalId = `disconnect-${mailbox.id}`;

  async function disconnect() {
    const request = { mailboxId: mailbox.id };
    await state.write('/cards/mailboxes/disconnect', request, `${mailbox.address} is disconnected.`);
    platform.closeOverlay(modalId);
  }

  return (
    <Button
      size="xs"
      variant="secondary"
      disabled={state.busy}
      testId={`disconnect-${mailbox.id}`}
      overlay={
        <Modal id={modalId} title={`Disconnect ${mailbox.address}?`} variant="danger" width="sm">
          <ModalBody>
            <Text>
              Sequences that send from this mailbox wait until it is connected again. Replies are no longer seen.
            </Text>
          </ModalBody>
          <ModalFooter>
            <LoadingButton
              variant="destructive"
              loading={state.busy}
              onClick={() => void disconnect()}
              testId={`confirm-disconnect-${mailbox.id}`}
            >
              Disconnect
            </LoadingButton>
            <Button onClick={() => platform.closeOverlay(modalId)}>Keep it connected</Button>
          </ModalFooter>
        </Modal>
      }
    >
      Disconnect
    </Button>
  );
}
