import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { type MailboxKind, mailboxKinds } from '@salesos/shared/surface/settings-words.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { OpenInTab } from './OpenInTab.tsx';

/** The way to a mailbox of each kind that is offered. */
export function ConnectMailbox({ api, offered, label }: { api: SalesosApi; offered: MailboxKind[]; label?: string }) {
  return (
    <OpenInTab
      failedTitle={settingsWords.mailboxRefused}
      ways={offered.map((id) => ({ ...mailboxKinds[id], id, label: label ?? mailboxKinds[id].connect }))}
      ask={({ id: vendor }) => api('/cards/mailboxes/connect', { vendor })}
    />
  );
}
