/** A place for one of the app's bundles: its frame, its context, and starting it anew. */
import { useMemo, useState } from 'react';
import type { ExtensionKind } from '../../../page-api.ts';
import { Card } from './host/card.tsx';
import type { ExtensionContext } from './host/protocol.ts';
import type { HostProps } from './hubspot.tsx';

const locations = { sidebar: 'crm.record.sidebar', tab: 'crm.record.tab', settings: 'settings' } as const;

interface ExtensionProps extends HostProps {
  kind: ExtensionKind;
  recordId?: string;
  properties: Record<string, string>;
}

export function Extension({ kind, recordId, properties, sandbox, onAlert, onFrame }: ExtensionProps) {
  const [generation, setGeneration] = useState(0);
  const { hubspot } = sandbox.state;
  const { user } = hubspot;
  const context = useMemo<ExtensionContext>(
    () => ({
      location: locations[kind],
      user: {
        ...user,
        emails: [user.email],
        roles: [],
        teams: [],
        locale: 'en',
        language: 'en',
        permissions: ['integrations-management-write'],
      },
      portal: { id: hubspot.portalId, timezone: hubspot.timeZone },
      variables: hubspot.variables,
      extension: { appId: hubspot.appId, appName: hubspot.appName, cardTitle: hubspot.appName },
      ...(recordId ? { crm: { objectId: Number(recordId), objectTypeId: '0-1' } } : {}),
    }),
    [kind, recordId, hubspot, user],
  );
  const reload = () => setGeneration((before) => before + 1);
  return (
    <section
      className="crm-card"
      data-kind={kind}
      aria-label={`${hubspot.appName} ${kind === 'settings' ? 'settings' : 'card'}`}
    >
      <header>
        <h3>{hubspot.appName}</h3>
        <button
          type="button"
          className="crm-reload"
          onClick={reload}
          title="Start the card anew, as reloading the record does"
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M13 8a5 5 0 1 1-1.600-3.700M13 2.500v2.800h-2.800" />
          </svg>
          <span className="visually-hidden">Reload the card</span>
        </button>
      </header>
      <Card
        kind={kind}
        context={context}
        properties={properties}
        generation={generation}
        onAlert={onAlert}
        onFrame={onFrame}
        onChanged={sandbox.refresh}
        onReload={reload}
      />
    </section>
  );
}
