import type { CardRequest, SettingsView } from '../cards.ts';
import { asFailure, type RequestFailed, type SalesosApi } from './api.ts';
import { useAct } from './use-act.ts';
import { useLoaded } from './use-loaded.ts';

export interface SettingsSurface {
  api: SalesosApi;
  addAlert: (alert: { type: 'success'; message: string }) => void;
}

type Write =
  | '/cards/settings/update'
  | '/cards/settings/check-domains'
  | '/cards/crms/check'
  | '/cards/people/same'
  | '/cards/mailboxes/update'
  | '/cards/mailboxes/pause'
  | '/cards/mailboxes/resume'
  | '/cards/mailboxes/disconnect';

/** The settings of this account, and the writes on them; each write brings the new settings. */
export function useSettings({ api, addAlert }: SettingsSurface) {
  const settings = useLoaded<SettingsView>('settings', () => api('/cards/settings', {}));
  const acts = useAct();

  /** Null when it went through, else how it failed: the form that asked says so at the fields. */
  async function write<P extends Write>(
    path: P,
    request: Omit<CardRequest<P>, 'idempotencyKey'>,
    said: string,
  ): Promise<RequestFailed | null> {
    let failure: RequestFailed | null = null;
    // The values are part of the act's name: other values are another act, with a key of its own.
    await acts.perform(`${path} ${JSON.stringify(request)}`, async (idempotencyKey) => {
      try {
        const changed = await api(path, { ...request, idempotencyKey } as CardRequest<P>);
        settings.replace(changed as SettingsView);
        addAlert({ type: 'success', message: said });
      } catch (thrown) {
        failure = asFailure(thrown);
        throw failure;
      }
    });
    return failure;
  }

  return { ...settings, busy: acts.busy !== null, failedAct: acts.failed, write };
}
export type SettingsState = ReturnType<typeof useSettings>;
