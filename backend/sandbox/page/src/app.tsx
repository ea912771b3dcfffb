/** The page: the clock on top, the guided path, the CRM and the prospect's inbox side by side, the log below. */
import { useState } from 'react';
import type { SandboxState } from '../../page-api.ts';
import { Inbox } from './inbox/inbox.tsx';
import { type CrmView, CrmWindow } from './record/crm-window.tsx';
import { ClockBar } from './top/clock-bar.tsx';
import { Guide } from './top/guide.tsx';
import { Log } from './top/log.tsx';
import { type Sandbox, useSandbox } from './use-sandbox.ts';

export function App() {
  const sandbox = useSandbox();
  if (!sandbox.state) {
    return (
      <p className="page-loading" role={sandbox.lost ? 'alert' : 'status'}>
        {sandbox.lost ?? 'Starting the sandbox …'}
      </p>
    );
  }
  return <Page sandbox={sandbox} first={sandbox.state.records[0]} />;
}

function Page({ sandbox, first }: { sandbox: Sandbox; first: SandboxState['records'][number] | undefined }) {
  const [view, setView] = useState<CrmView>(
    first ? { name: 'record', recordId: first.recordId } : { name: 'settings' },
  );
  const { records } = sandbox.state;
  const shown = view.name === 'record' ? records.find((record) => record.recordId === view.recordId) : undefined;
  const [lastShown, setLastShown] = useState(shown ?? first);
  if (shown && shown.recordId !== lastShown?.recordId) setLastShown(shown);
  const person = shown ?? lastShown;
  return (
    <div className="page">
      <ClockBar sandbox={sandbox} />
      {sandbox.lost && (
        <p className="page-lost" role="alert">
          {sandbox.lost}
        </p>
      )}
      {first && (
        <Guide
          sandbox={sandbox}
          person={first}
          go={(recordId) => setView({ name: 'record', recordId })}
          shown={person?.recordId}
        />
      )}
      <main className="windows">
        <CrmWindow sandbox={sandbox} view={view} setView={setView} />
        {person && <Inbox key={person.recordId} sandbox={sandbox} person={person} />}
      </main>
      <Log sandbox={sandbox} />
    </div>
  );
}
