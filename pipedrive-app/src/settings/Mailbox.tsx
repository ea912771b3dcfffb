import { Color } from '@pipedrive/app-extensions-sdk';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { asKind } from '@salesos/shared/surface/settings-words.ts';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import { Command } from '../platform/open-sdk.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import type { SettingsParts } from './Mailboxes.tsx';
import { MailboxForm } from './MailboxForm.tsx';

const statuses = {
  connected: { label: 'Connected', tone: 'success' },
  reconnect: { label: 'Connect again', tone: 'danger' },
  paused: { label: 'Paused', tone: 'warning' },
  disconnected: { label: 'Disconnected', tone: 'neutral' },
} as const;

interface Props extends SettingsParts {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
}

/** One mailbox: its health, how it sends, and what to do when it does not. */
export function Mailbox({ mailbox, canEdit, state, api, sdk }: Props) {
  const { id, address, status } = mailbox;
  const write = (path: '/cards/mailboxes/resume' | '/cards/mailboxes/disconnect', said: string) =>
    state.write(path, { mailboxId: id }, said);

  /** Disconnecting asks first and says what it holds up. */
  async function disconnect() {
    const { confirmed } = await sdk.execute(Command.SHOW_CONFIRMATION, {
      title: `Disconnect ${address}?`,
      description:
        'Sequences that send from this mailbox wait until it is connected again. Replies are no longer seen.',
      okText: 'Disconnect',
      cancelText: 'Keep it connected',
      okColor: Color.NEGATIVE,
    });
    if (confirmed) await write('/cards/mailboxes/disconnect', `${address} is disconnected.`);
  }

  return (
    <article className="tile" data-testid={`mailbox-${id}`}>
      <p className="row between">
        <strong>{`${address} (${mailbox.vendorName})`}</strong>
        <Tag tone={statuses[status].tone}>{statuses[status].label}</Tag>
      </p>
      <p>{mailbox.sentence}</p>
      <p className="hint">{`${mailbox.sentToday} of at most ${mailbox.limitToday} mails sent today.`}</p>
      {status !== 'disconnected' && <MailboxForm mailbox={mailbox} canEdit={canEdit} state={state} />}
      {canEdit && (
        <p className="row">
          {status === 'paused' && (
            <Button
              kind="primary"
              busy={state.busy}
              onClick={() => write('/cards/mailboxes/resume', `${address} sends again.`)}
              testId={`resume-${id}`}
            >
              Resume
            </Button>
          )}
          {status !== 'disconnected' && (
            <Button disabled={state.busy} onClick={disconnect} testId={`disconnect-${id}`}>
              Disconnect
            </Button>
          )}
        </p>
      )}
      {canEdit && (status === 'reconnect' || status === 'disconnected') && (
        <ConnectMailbox api={api} offered={[asKind(mailbox.vendor)]} label={`Connect ${address} again`} />
      )}
    </article>
  );
}
