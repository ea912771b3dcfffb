import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { Empty } from '../parts/Empty.tsx';
import type { Sdk } from '../platform/open-sdk.ts';
import { ConnectMailbox } from './ConnectMailbox.tsx';
import { Mailbox } from './Mailbox.tsx';

/** What a part of the settings page works with. */
export interface SettingsParts {
  state: SettingsState;
  api: SalesosApi;
  sdk: Sdk;
}

/** The mailboxes sequences send from. */
export function Mailboxes({ settings, ...parts }: SettingsParts & { settings: SettingsView }) {
  const { mailboxes, canEdit } = settings;
  return (
    <section className="stack">
      <h2>{settingsWords.mailboxes}</h2>
      {mailboxes.length === 0 && (
        <Empty title={settingsWords.noMailboxYet} text={settingsWords.noMailboxYetText} testId="no-mailboxes" />
      )}
      {mailboxes.map((mailbox) => (
        <Mailbox key={mailbox.id} mailbox={mailbox} canEdit={canEdit} {...parts} />
      ))}
      {canEdit && <ConnectMailbox api={parts.api} offered={['google', 'microsoft', 'smtp']} />}
    </section>
  );
}
