/** Runs one HubSpot bundle in a worker and draws what it renders. */
import { createRemoteReceiver, RemoteRenderer } from '@remote-ui/react/host';
import { createEndpoint, fromWebWorker, release, retain } from '@remote-ui/rpc';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ExtensionKind } from '../../../../page-api.ts';
import { hubspotFetch } from '../../api.ts';
import { controller } from './components/index.tsx';
import { createOverlayRegistry, RegistryContext } from './overlays.tsx';
import type { ExtensionContext, PageApi, Properties, PropertiesListener, WorkerApi } from './protocol.ts';

interface CardProps {
  kind: ExtensionKind;
  context: ExtensionContext;
  /** The record's properties as they are now; watchers in the card hear of changes. */
  properties: Properties;
  /** Another value starts the card anew, as opening the record again does. */
  generation: number;
  onAlert: PageApi['addAlert'];
  onFrame: PageApi['openFrame'];
  onChanged: () => void;
  onReload: () => void;
}

type Phase = { name: 'starting' } | { name: 'running' } | { name: 'failed'; why: string };

/** Draws the card; the frame around it belongs to the caller. */
export function Card(props: CardProps) {
  const [phase, setPhase] = useState<Phase>({ name: 'starting' });
  const overlays = useMemo(() => createOverlayRegistry(), []);
  const latest = useRef(props);
  latest.current = props;
  const watchers = useWatchers(props.properties);
  const { kind, generation } = props;
  const place = JSON.stringify(props.context);

  const receiver = useMemo(() => createRemoteReceiver(), [kind, generation, place]);
  useEffect(() => {
    setPhase({ name: 'starting' });
    const worker = new Worker('/sandbox/worker.js');
    const endpoint = createEndpoint<WorkerApi>(fromWebWorker(worker), { callable: ['start'] });
    endpoint.expose({ ...pageApi(latest, overlays, watchers) });
    worker.addEventListener('error', (event) =>
      setPhase({ name: 'failed', why: event.message || 'The worker stopped.' }),
    );
    endpoint.call.start(`/sandbox/extensions/${kind}.js`, JSON.parse(place), receiver.receive).then(
      () => setPhase({ name: 'running' }),
      (error: unknown) => setPhase({ name: 'failed', why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      watchers.clear();
      endpoint.terminate();
      worker.terminate();
    };
  }, [kind, place, receiver, overlays, watchers]);

  if (phase.name === 'failed') return <CardFailed why={phase.why} retry={props.onReload} />;
  return (
    <RegistryContext.Provider value={overlays}>
      <div className="hs hs-card-content" data-testid={`card-${kind}`}>
        {phase.name === 'starting' && (
          <div className="hs-loading" data-layout="centered" role="status">
            <span className="hs-spinner" aria-hidden="true" />
            <span className="visually-hidden">Starting the card</span>
          </div>
        )}
        <RemoteRenderer receiver={receiver} controller={controller} />
      </div>
    </RegistryContext.Provider>
  );
}

function CardFailed({ why, retry }: { why: string; retry: () => void }) {
  const notBuilt = why.includes('importScripts');
  return (
    <div className="hs hs-state" data-error role="alert">
      <div>
        <h4 className="hs-heading">{notBuilt ? 'The card’s bundle is not there' : 'The card stopped'}</h4>
        <p className="hs-text">{notBuilt ? 'Build the HubSpot app (npm run build:hubspot), then try again.' : why}</p>
        <button type="button" className="hs-button" data-size="sm" onClick={retry}>
          Try again
        </button>
      </div>
    </div>
  );
}

type Watcher = { names: string[] | '*'; tell: PropertiesListener };
const pick = (properties: Properties, names: string[] | '*'): Properties =>
  names === '*' ? properties : Object.fromEntries(names.map((name) => [name, properties[name] ?? '']));

/** Tells the card's listeners about properties that changed since the last look. */
function useWatchers(properties: Properties) {
  const [watchers] = useState(() => new Set<Watcher>());
  const before = useRef(properties);
  useEffect(() => {
    for (const { names, tell } of watchers) {
      const now = pick(properties, names);
      if (JSON.stringify(now) !== JSON.stringify(pick(before.current, names))) tell(now);
    }
    before.current = properties;
  }, [properties, watchers]);
  return useMemo(
    () => ({
      add(watcher: Watcher) {
        retain(watcher.tell);
        watchers.add(watcher);
      },
      clear() {
        for (const { tell } of watchers) release(tell);
        watchers.clear();
      },
    }),
    [watchers],
  );
}

function pageApi(
  latest: { current: CardProps },
  overlays: ReturnType<typeof createOverlayRegistry>,
  watchers: ReturnType<typeof useWatchers>,
): PageApi {
  return {
    async fetch(url, method, body, timeoutSeconds) {
      const answer = await hubspotFetch({ url, method, body, timeoutSeconds });
      if (method !== 'GET') latest.current.onChanged();
      return answer;
    },
    properties: async (names) => pick(latest.current.properties, names),
    watchProperties: async (names, tell) => watchers.add({ names, tell }),
    addAlert: async (alert) => latest.current.onAlert(alert),
    refreshProperties: async () => latest.current.onChanged(),
    reload: async () => latest.current.onReload(),
    closeOverlay: async (id) => overlays.set(id, false),
    copyText: (text) => navigator.clipboard.writeText(text),
    openFrame: async (request, onClose) => latest.current.onFrame(request, onClose),
    async log(level, message) {
      console[level](`card: ${message}`);
    },
  };
}
