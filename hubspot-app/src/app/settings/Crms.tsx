import { Flex, Heading } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { waysToConnect } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { Crm } from './Crm.tsx';
import { OpenInTab } from './OpenInTab.tsx';

/** The CRMs that share this account. */
export function Crms({ settings, state, api }: { settings: SettingsView; state: SettingsState; api: SalesosApi }) {
  const { crms, canEdit } = settings;
  const ways = waysToConnect(crms);
  return (
    <Flex direction="column" gap="sm">
      <Heading>CRMs</Heading>
      {crms.map((crm) => (
        <Crm key={crm.id} crm={crm} canEdit={canEdit} state={state} api={api} />
      ))}
      {canEdit && ways.length > 0 && (
        <OpenInTab
          failedTitle="The CRM cannot be connected now"
          ways={ways}
          ask={({ request }) => api('/cards/crms/connect', request)}
        />
      )}
    </Flex>
  );
}
