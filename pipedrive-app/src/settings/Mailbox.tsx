import { Color } from '@pipedrive/app-extensions-sdk';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { mailboxForm } from '@salesos/shared/surface/mailbox-draft.ts';
import { asKind, mailboxStatuses } from '@salesos/shared/surface/settings-words.ts';
import { cardWords, fill, settingsWords } from '@salesos/shared/wording.ts';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import { Command } from '../platform/open-sdk.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import type { SettingsParts } from './Mailboxes.tsx';
import { SettingsForm } from './SettingsForm.tsx';

interface Props extends SettingsParts {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
}

/** One mailbox: its health, how it sends, and what to do when it does not. */
export function Mailbox({ mailbox, canEdit, state, api, sdk }: Props) {
  const { id, address, status, sentToday, limitToday } = mailbox;
  const { label, tone } = mailboxStatuses[status];
  const write = (
    path: '/cards/mailboxes/pause' | '/cards/mailboxes/resume' | '/cards/mailboxes/disconnect',
    said: string,
  ) => state.write(path, { mailboxId: id }, fill(said, { address }));

  /** Disconnecting asks first and says what it holds up. */
  async function disconnect() {
    const { confirmed } = await sdk.execute(Command.SHOW_CONFIRMATION, {
      title: fill(settingsWords.disconnectTitle, { address }),
      description: settingsWords.disconnectMeans,
      okText: settingsWords.disconnect,
      cancelText: settingsWords.disconnectCancel,
      okColor: Color.NEGATIVE,
    });
    if (confirmed) await write('/cards/mailboxes/disconnect', settingsWords.mailboxDisconnected);
  }

  return (
    <article className="tile" data-testid={`mailbox-${id}`}>
      <p className="row between">
        <strong>{fill(settingsWords.mailbox, { address, vendor: mailbox.vendorName })}</strong>
        <Tag tone={tone}>{label}</Tag>
      </p>
      <p>{mailbox.sentence}</p>
      <p className="hint">{fill(settingsWords.sentToday, { sent: sentToday, limit: limitToday })}</p>
      {status !== 'disconnected' && (
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
      {canEdit && (
        <p className="row">
          {status === 'paused' && (
            <Button
              kind="primary"
              busy={state.busy}
              onClick={() => write('/cards/mailboxes/resume', settingsWords.mailboxResumed)}
              testId={`resume-${id}`}
            >
              {cardWords.resume}
            </Button>
          )}
          {status === 'connected' && (
            <Button
              busy={state.busy}
              onClick={() => write('/cards/mailboxes/pause', settingsWords.mailboxPaused)}
              testId={`pause-${id}`}
            >
              {cardWords.pause}
            </Button>
          )}
          {status !== 'disconnected' && (
            <Button disabled={state.busy} onClick={disconnect} testId={`disconnect-${id}`}>
              {settingsWords.disconnect}
            </Button>
          )}
        </p>
      )}
      {canEdit && (status === 'reconnect' || status === 'disconnected') && (
        <ConnectMailbox
          api={api}
          offered={[asKind(mailbox.vendor)]}
          label={fill(settingsWords.connectAgain, { address })}
        />
      )}
    </article>
  );
}
