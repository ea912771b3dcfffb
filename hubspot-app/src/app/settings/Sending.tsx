import { Button, Flex, Heading, Input, LoadingButton, StatusTag, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { isWhole } from '@salesos/shared/surface/mailbox-draft.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';
import { NumberField } from './NumberField.tsx';

type SendingView = SettingsView['sending'];

const states = {
  good: { label: 'Good', variant: 'success' },
  problem: { label: 'To mend', variant: 'danger' },
  unknown: { label: 'Not known', variant: 'default' },
  verified: { label: 'In use', variant: 'success' },
  pending: { label: 'Waiting for DNS', variant: 'warning' },
  lost: { label: 'Not in use', variant: 'danger' },
} as const;
const most = 1_000_000;

/** Limits over all mailboxes, the name in links, and whether the sending domains are set up. */
export function Sending(props: { sending: SendingView; canEdit: boolean; state: SettingsState }) {
  const { sending, canEdit, state } = props;
  const [accountDailyCap, setAccountDailyCap] = useState(sending.accountDailyCap);
  const [recipientDomainDailyCap, setDomainCap] = useState(sending.recipientDomainDailyCap);
  const [host, setHost] = useState(sending.trackingDomain?.host ?? '');
  const trackingDomain = host.trim() || null;
  const change = {
    ...(accountDailyCap === sending.accountDailyCap ? {} : { accountDailyCap }),
    ...(recipientDomainDailyCap === sending.recipientDomainDailyCap ? {} : { recipientDomainDailyCap }),
    ...(trackingDomain === (sending.trackingDomain?.host ?? null) ? {} : { trackingDomain }),
  };
  const wrong = !isWhole(accountDailyCap, 1, most, true) || !isWhole(recipientDomainDailyCap, 1, most, true);

  return (
    <Flex direction="column" gap="sm">
      <Heading>Sending and deliverability</Heading>
      <Flex gap="sm" wrap="wrap" align="end">
        <NumberField
          name="account-cap"
          label="Most mails a day from all mailboxes"
          description="Leave it empty for no limit of its own."
          min={1}
          max={most}
          mayBeEmpty
          value={accountDailyCap}
          onChange={setAccountDailyCap}
          readOnly={!canEdit}
        />
        <NumberField
          name="domain-cap"
          label="Most mails a day to one company"
          description="Many mails to one company at once look like spam to its mail server."
          min={1}
          max={most}
          mayBeEmpty
          value={recipientDomainDailyCap}
          onChange={setDomainCap}
          readOnly={!canEdit}
        />
      </Flex>
      <Input
        name="tracking-domain"
        label="Your own name in links"
        description="A subdomain of yours, as in links.yourcompany.com. Links in mails then show your name instead of ours."
        value={host}
        onChange={setHost}
        onInput={setHost}
        readOnly={!canEdit}
        testId="tracking-domain"
      />
      {sending.trackingDomain && (
        <Flex gap="sm" align="center">
          <StatusTag variant={states[sending.trackingDomain.state].variant}>
            {states[sending.trackingDomain.state].label}
          </StatusTag>
          <Text testId="tracking-domain-state">{sending.trackingDomain.sentence}</Text>
        </Flex>
      )}
      {canEdit && (
        <LoadingButton
          variant="secondary"
          size="xs"
          loading={state.busy}
          disabled={Object.keys(change).length === 0 || wrong || state.busy}
          onClick={() => void state.write('/cards/settings/update', change, 'Settings saved.')}
          testId="save-sending"
        >
          Save
        </LoadingButton>
      )}
      {sending.domains.map((domain) => (
        <Domain key={domain.domain} {...domain} />
      ))}
      {canEdit && sending.domains.length > 0 && (
        <Button
          size="xs"
          variant="secondary"
          disabled={state.busy}
          onClick={() =>
            void state.write('/cards/settings/check-domains', {}, 'Checked within a minute: press Refresh then.')
          }
          testId="check-domains"
        >
          Check the domains again
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
      {!checkedAt && <Text>It is being checked; press Refresh in a minute.</Text>}
      {findings.map(({ what, state, sentence, howToFix }) => (
        <Flex key={what} gap="sm" align="start">
          <StatusTag variant={states[state].variant}>{states[state].label}</StatusTag>
          <Text>{howToFix ? `${sentence} ${howToFix}` : sentence}</Text>
        </Flex>
      ))}
    </Flex>
  );
}
