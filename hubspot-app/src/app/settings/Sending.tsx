import { Button, Flex, Heading, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { sendingForm } from '@salesos/shared/surface/account-forms.ts';
import { sendingStatuses } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { SettingsForm } from './SettingsForm.tsx';
import { Status } from './Status.tsx';

type SendingView = SettingsView['sending'];

/** Limits over all mailboxes, the name in links, and whether the sending domains are set up. */
export function Sending(props: { sending: SendingView; canEdit: boolean; state: SettingsState }) {
  const { sending, canEdit, state } = props;
  const { trackingDomain, domains } = sending;
  return (
    <Flex direction="column" gap="sm">
      <Heading>{settingsWords.sending}</Heading>
      <SettingsForm
        form={sendingForm}
        stored={sending}
        save={(change) => state.write('/cards/settings/update', change, settingsWords.settingsSaved)}
        saveLabel={settingsWords.saveSending}
        busy={state.busy}
        readOnly={!canEdit}
        testId="save-sending"
      />
      {trackingDomain && (
        <Flex gap="sm" align="center">
          <Status status={sendingStatuses[trackingDomain.state]} />
          <Text testId="tracking-domain-state">{trackingDomain.sentence}</Text>
        </Flex>
      )}
      {domains.map((domain) => (
        <Domain key={domain.domain} {...domain} />
      ))}
      {canEdit && domains.length > 0 && (
        <Button
          size="xs"
          variant="secondary"
          disabled={state.busy}
          onClick={() => void state.write('/cards/settings/check-domains', {}, settingsWords.domainsChecked)}
          testId="check-domains"
        >
          {settingsWords.checkDomains}
        </Button>
      )}
    </Flex>
  );
}

/** What receivers can verify of a domain, and what to do. */
function Domain({ domain, checkedAt, findings }: SendingView['domains'][number]) {
  return (
    <Flex direction="column" gap="xs">
      <Text format={{ fontWeight: 'demibold' }}>{domain}</Text>
      {!checkedAt && <Text>{settingsWords.domainUnchecked}</Text>}
      {findings.map(({ what, state, sentence, howToFix }) => (
        <Flex key={what} gap="sm" align="start">
          <Status status={sendingStatuses[state]} />
          <Text>{howToFix ? `${sentence} ${howToFix}` : sentence}</Text>
        </Flex>
      ))}
    </Flex>
  );
}
