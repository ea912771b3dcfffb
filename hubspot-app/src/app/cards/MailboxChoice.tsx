import { Alert, Select, Text } from '@hubspot/ui-extensions';
import type { EnrollChoicesState } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';

interface Props {
  choices: EnrollChoicesState;
  chosen: string | null;
  onChoose: (mailboxId: string) => void;
}

/** The mailbox to send from; one that cannot send says why and cannot be chosen. */
export function MailboxChoice({ choices: { mailboxes }, chosen, onChoose }: Props) {
  if (!mailboxes) return null;
  const usable = mailboxes.filter((mailbox) => mailbox.blockedBy === null);
  return (
    <>
      {usable.length === 0 ? (
        <Alert title={cardWords.noMailbox} variant="warning" testId="no-mailbox">
          <Text>
            Connect your mailbox in HubSpot under Settings, Integrations, Connected apps, SalesOS, then open this again.
          </Text>
        </Alert>
      ) : (
        <Select
          name="mailbox"
          label={cardWords.sendFrom}
          value={chosen ?? undefined}
          onChange={(value) => onChoose(String(value))}
          options={usable.map(({ id, address, isOwn }) => ({
            value: id,
            label: isOwn ? fill(cardWords.yours, { address }) : address,
          }))}
          testId="mailbox"
        />
      )}
      {mailboxes
        .filter((mailbox) => mailbox.blockedBy !== null)
        .map((mailbox) => (
          <Text key={mailbox.id} variant="microcopy">
            {`${mailbox.address}: ${mailbox.blockedBy}`}
          </Text>
        ))}
    </>
  );
}
