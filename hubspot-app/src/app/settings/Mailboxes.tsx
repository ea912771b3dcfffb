import { EmptyState, Flex, Heading, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import { Mailbox } from './Mailbox.tsx';
import type { Platform } from './platform.ts';

/** The mailboxes sequences send from. */
export function Mailboxes(props: { settings: SettingsView; state: SettingsState; platform: Platform }) {
  const { mailboxes, canEdit } = props.settings;
  return (
    <Flex direction="column" gap="sm">
      <Heading>{settingsWords.mailboxes}</Heading>
      {mailboxes.length === 0 && (
        <EmptyState
          title={settingsWords.noMailboxYet}
          layout="vertical"
          imageName="emailConfirmation"
          testId="no-mailboxes"
        >
          <Text>{settingsWords.noMailboxYetText}</Text>
        </EmptyState>
      )}
      {mailboxes.map((mailbox) => (
        <Mailbox key={mailbox.id} mailbox={mailbox} canEdit={canEdit} state={props.state} platform={props.platform} />
      ))}
      {canEdit && <ConnectMailbox api={props.platform.api} offered={['google', 'microsoft', 'smtp']} />}
    </Flex>
  );
}
