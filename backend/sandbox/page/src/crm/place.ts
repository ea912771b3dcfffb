/** What the page shows, kept in its address, as in `#salesforce/1005` or `#pipedrive/settings`. */
import { useMemo, useSyncExternalStore } from 'react';
import type { CrmName, SandboxContact } from '../../../page-api.ts';

/** `recordId` is the person's (see `SandboxContact`); null shows the settings. */
export interface Place {
  crm: CrmName;
  recordId: string | null;
}

const known: readonly string[] = ['hubspot', 'salesforce', 'pipedrive'] satisfies CrmName[];

/** Whatever the address does not say, or says wrongly, is the first. */
function readPlace(hash: string, records: SandboxContact[]): Place {
  const [crm = '', shown = ''] = hash.slice(1).split('/');
  const person = records.find(({ recordId }) => recordId === shown) ?? records[0];
  return {
    crm: known.includes(crm) ? (crm as CrmName) : 'hubspot',
    recordId: shown === 'settings' ? null : (person?.recordId ?? null),
  };
}

const listen = (changed: () => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export function usePlace(records: SandboxContact[]): [Place, (place: Place) => void] {
  const hash = useSyncExternalStore(listen, () => location.hash);
  const place = useMemo(() => readPlace(hash, records), [hash, records]);
  return [place, ({ crm, recordId }) => location.assign(`#${crm}/${recordId ?? 'settings'}`)];
}
