import type { EnrollChoicesState } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Alert } from '../parts/Alert.tsx';
import { Select } from '../parts/fields.tsx';

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
        <Alert title={cardWords.noMailbox} tone="warning" testId="no-mailbox">
          <p>Connect your mailbox in Pipedrive under Tools and apps, SalesOS, Settings, then open this again.</p>
        </Alert>
      ) : (
        <Select
          label={cardWords.sendFrom}
          value={chosen ?? ''}
          onChange={onChoose}
          options={usable.map(({ id, address, isOwn }) => ({
            value: id,
            label: isOwn ? fill(cardWords.yours, { address }) : address,
          }))}
          testId="mailbox"
        />
      )}
      {mailboxes
        .filter((mailbox) => mailbox.blockedBy !== null)
        .map(({ id, address, blockedBy }) => (
          <p key={id} className="hint">
            {`${address}: ${blockedBy}`}
          </p>
        ))}
    </>
  );
}
