import { Flex, Heading, StatusTag, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { type CrmId, crmNames, crmStatuses } from '@salesos/shared/surface/settings-words.ts';
import { OpenInTab } from './OpenInTab.tsx';

const variants = { connected: 'success', reconnect: 'danger', uninstalled: 'default' } as const;

/** The CRMs that share this account. */
export function Crms({ settings: { crms, canEdit }, api }: { settings: SettingsView; api: SalesosApi }) {
  const connected = new Set(crms.filter(({ status }) => status === 'connected').map(({ crm }) => crm));
  const others = (Object.keys(crmNames) as CrmId[]).filter((crm) => !connected.has(crm));
  return (
    <Flex direction="column" gap="sm">
      <Heading>CRMs</Heading>
      {crms.map(({ id, crm, crmName, accountId, status, sentence }) => (
        <Tile key={id} testId={`crm-${crm}`}>
          <Flex justify="between" align="center" gap="sm" wrap="wrap">
            <Text format={{ fontWeight: 'demibold' }}>{`${crmName} ${accountId}`}</Text>
            <StatusTag variant={variants[status]}>{crmStatuses[status]}</StatusTag>
          </Flex>
          <Text>{sentence}</Text>
        </Tile>
      ))}
      {canEdit && others.length > 0 && (
        <OpenInTab
          failedTitle="The CRM cannot be connected now"
          ways={others.map((id) => ({
            id,
            label: `Connect ${crmNames[id]}`,
            open: `Open ${crmNames[id]} in a new tab`,
            next: `Sign in at ${crmNames[id]} as an admin and allow SalesOS. Then come back and press Refresh.`,
          }))}
          ask={(crm) => api('/cards/crms/connect', { crm })}
        />
      )}
    </Flex>
  );
}
