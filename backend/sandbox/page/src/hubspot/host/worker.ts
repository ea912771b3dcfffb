/**
 * Runs an unmodified HubSpot bundle as HubSpot does: in a worker, with React and remote-ui as globals and
 * `extend_V2` waiting for the extension. What it draws travels to the page as a remote tree.
 */
import { createRemoteRoot, type RemoteChannel } from '@remote-ui/core';
import * as RemoteUI from '@remote-ui/react';
import { createEndpoint, retain } from '@remote-ui/rpc';
import * as React from 'react';
import type { ExtensionContext, PageApi, Properties, WorkerApi } from './protocol.ts';

interface WorkerScope {
  importScripts(url: string): void;
  postMessage(message: unknown): void;
  addEventListener: typeof addEventListener;
  removeEventListener: typeof removeEventListener;
}
const scope = self as unknown as WorkerScope & Record<string, unknown>; // the page's types know no worker globals

const endpoint = createEndpoint<PageApi>(scope, {
  callable: [
    'fetch',
    'properties',
    'watchProperties',
    'addAlert',
    'refreshProperties',
    'reload',
    'closeOverlay',
    'copyText',
    'openFrame',
    'log',
  ],
});
const page = endpoint.call;

/** `hubspot.fetch` promises a Response and 15 seconds; identity and signature are added by the server. */
async function hsFetch(url: string | URL, options: { method?: string; timeout?: number; body?: unknown } = {}) {
  const { status, headers, body } = await page.fetch(
    String(url),
    options.method ?? 'GET',
    options.body ?? null,
    (options.timeout ?? 15_000) / 1000,
  );
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : body, { status, headers });
}

const answer = (data: unknown, error?: string) => ({ json: async () => ({ data, error }) });
const notInSandbox = async () => answer(null, 'The sandbox’s HubSpot has no such data.');

function actions() {
  return {
    addAlert: page.addAlert,
    fetchCrmObjectProperties: page.properties,
    refreshObjectProperties: page.refreshProperties,
    onCrmPropertiesUpdate: page.watchProperties,
    reloadPage: page.reload,
    closeOverlay: page.closeOverlay,
    copyTextToClipboard: page.copyText,
    openIframeModal: page.openFrame,
    navigateToPage: () => page.log('warn', 'navigateToPage: the app has no pages in the sandbox.'),
  };
}

function provideGlobals(context: ExtensionContext, channel: RemoteChannel) {
  const api = { context, actions: actions() };
  const log = (level: 'debug' | 'info' | 'warn' | 'error') => (message: unknown) => page.log(level, String(message));
  Object.assign(scope, {
    __HUBSPOT_EXTENSION_WORKER__: true,
    React,
    RemoteUI,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    hsFetch,
    hsWorkerAPI: {
      useExtensionContext: () => context,
      useExtensionActions: () => api.actions,
      useExtensionApi: () => api,
      useAppPageLocation: () => ({ path: '/', params: {} }),
      async fetchCrmProperties(names: string[], onUpdate: (properties: Properties) => void) {
        await page.watchProperties(names, onUpdate);
        return answer(await page.properties(names));
      },
      fetchAssociations: notInSandbox,
      fetchCrmSearch: notInSandbox,
      fetchHubSpotApi: notInSandbox,
      formatCrmProperties: async (request: { propertiesList: unknown }) => ({
        json: async () => request.propertiesList,
      }),
    },
    extend_V2(render: (given: typeof api) => React.ReactElement) {
      const root = createRemoteRoot(channel);
      RemoteUI.createRoot(root).render(render(api));
      root.mount();
    },
  });
}

const workerApi: WorkerApi = {
  async start(bundleUrl, context, channel) {
    retain(channel);
    provideGlobals(context, channel);
    scope.importScripts(bundleUrl);
  },
};
endpoint.expose({ ...workerApi });
