import { Flex, Heading } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { mailLoggings, waysToConnect } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { Crm } from './Crm.tsx';
import { OpenInTab } from './OpenInTab.tsx';
import { RadioList } from './RadioList.tsx';

/** The CRMs that share this account, and how sent mails come to the one that takes copies of them. */
export function Crms({ settings, state, api }: { settings: SettingsView; state: SettingsState; api: SalesosApi }) {
  const { crms, canEdit, mailLogging } = settings;
  const ways = waysToConnect(crms);
  return (
    <Flex direction="column" gap="sm">
      <Heading>{settingsWords.crms}</Heading>
      {crms.map((crm) => (
        <Crm key={crm.id} crm={crm} canEdit={canEdit} state={state} api={api} />
      ))}
      {canEdit && ways.length > 0 && (
        <OpenInTab
          failedTitle={settingsWords.crmRefused}
          ways={ways}
          ask={({ request }) => api('/cards/crms/connect', request)}
        />
      )}
      {mailLogging && (
        <RadioList
          name="mail-logging"
          label={settingsWords.mailLogging}
          value={mailLogging}
          onChange={(way) =>
            void state.write('/cards/settings/update', { mailLogging: way }, settingsWords.settingsSaved)
          }
          options={mailLoggings}
          readOnly={!canEdit || state.busy}
        />
      )}
    </Flex>
  );
}
