import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { type MailboxKind, mailboxKinds } from '@salesos/shared/surface/settings-words.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { OpenInTab } from './OpenInTab.tsx';

export function ConnectMailbox({ api, offered, label }: { api: SalesosApi; offered: MailboxKind[]; label?: string }) {
  return (
    <OpenInTab
      failedTitle={settingsWords.mailboxRefused}
      ways={offered.map((id) => ({ id, ...mailboxKinds[id], label: label ?? mailboxKinds[id].connect }))}
      ask={({ id: vendor }) => api('/cards/mailboxes/connect', { vendor })}
    />
  );
}
