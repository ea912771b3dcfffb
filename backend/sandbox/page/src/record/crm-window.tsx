/** The CRM half: a switch between the records and the settings, and HubSpot's floating alerts. */
import { useCallback, useState } from 'react';
import type { AlertRequest, PageApi } from '../host/protocol.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { FrameDialog } from './frame-dialog.tsx';
import { Record } from './record.tsx';
import { Settings } from './settings.tsx';

export type CrmView = { name: 'record'; recordId: string } | { name: 'settings' };
type Frame = { request: Parameters<PageApi['openFrame']>[0]; onClose?: (() => void) | undefined };

export function CrmWindow({
  sandbox,
  view,
  setView,
}: {
  sandbox: Sandbox;
  view: CrmView;
  setView: (view: CrmView) => void;
}) {
  const [alerts, setAlerts] = useState<(AlertRequest & { key: number })[]>([]);
  const [frame, setFrame] = useState<Frame | null>(null);
  const onAlert = useCallback(async (alert: AlertRequest) => {
    const key = performance.now();
    setAlerts((before) => [...before.slice(-2), { ...alert, key }]);
    setTimeout(() => setAlerts((before) => before.filter((one) => one.key !== key)), 7_000);
  }, []);
  const host = {
    sandbox,
    onAlert,
    onFrame: async (request: Frame['request'], onClose?: () => void) => setFrame({ request, onClose }),
  };
  return (
    <section className="window crm" aria-label="CRM">
      <header className="window-head">
        <h2>
          The CRM <small>HubSpot’s look, the real SalesOS card</small>
        </h2>
        <fieldset className="switch" aria-label="What the CRM shows">
          {sandbox.state.records.map((record) => (
            <button
              key={record.recordId}
              type="button"
              aria-pressed={view.name === 'record' && view.recordId === record.recordId}
              onClick={() => setView({ name: 'record', recordId: record.recordId })}
            >
              {record.name}
              <small>{record.startsBy === 'card' ? 'Enroll from the card' : 'Enrolled by a workflow'}</small>
            </button>
          ))}
          <button type="button" aria-pressed={view.name === 'settings'} onClick={() => setView({ name: 'settings' })}>
            Settings
            <small>Mailbox, address, tracking</small>
          </button>
        </fieldset>
      </header>
      <div className="hs crm-body">
        {view.name === 'settings' ? (
          <Settings {...host} />
        ) : (
          <Record key={view.recordId} {...host} recordId={view.recordId} />
        )}
      </div>
      <div className="hs crm-alerts" aria-live="polite">
        {alerts.map((alert) => (
          <div key={alert.key} className="hs-alert" data-variant={alert.type ?? 'info'}>
            <div>
              {alert.title && <strong>{alert.title}</strong>}
              <div>{alert.message}</div>
            </div>
            <button
              type="button"
              aria-label="Dismiss"
              onClick={() => setAlerts((before) => before.filter((one) => one.key !== alert.key))}
            >
              ×
            </button>
          </div>
        ))}
      </div>
      {frame && (
        <FrameDialog
          {...frame.request}
          close={() => {
            frame.onClose?.();
            setFrame(null);
          }}
        />
      )}
    </section>
  );
}

export interface HostProps {
  sandbox: Sandbox;
  onAlert: PageApi['addAlert'];
  onFrame: PageApi['openFrame'];
}
