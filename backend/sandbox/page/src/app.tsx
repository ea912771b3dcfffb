/** The page: the clock on top, the guided path, the CRM and the prospect's inbox side by side, the log below. */
import { useState } from 'react';
import { CrmWindow } from './crm/crm-window.tsx';
import { usePlace } from './crm/place.ts';
import { Inbox } from './inbox/inbox.tsx';
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
  return <Page sandbox={sandbox} />;
}

function Page({ sandbox }: { sandbox: Sandbox }) {
  const { records } = sandbox.state;
  const [place, go] = usePlace(records);
  const shown = records.find((record) => record.recordId === place.recordId);
  // The settings are nobody's: the inbox beside them stays the one that was open.
  const [lastShown, setLastShown] = useState(shown?.recordId);
  if (shown && shown.recordId !== lastShown) setLastShown(shown.recordId);
  const first = records[0];
  const person = shown ?? records.find((record) => record.recordId === lastShown) ?? first;
  return (
    <div className="page">
      <ClockBar sandbox={sandbox} />
      {sandbox.lost && (
        <p className="page-lost" role="alert">
          {sandbox.lost}
        </p>
      )}
      {first && <Guide sandbox={sandbox} person={first} place={place} go={go} />}
      <main className="windows">
        <CrmWindow sandbox={sandbox} place={place} go={go} />
        {person && <Inbox key={person.recordId} sandbox={sandbox} person={person} />}
      </main>
      <Log sandbox={sandbox} />
    </div>
  );
}
