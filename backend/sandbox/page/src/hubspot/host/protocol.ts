/** What the page and the worker that runs a HubSpot bundle say to each other. */
import type { RemoteChannel } from '@remote-ui/core';
import type { HubspotFetchResult } from '../../../../page-api.ts';

/** HubSpot's `context`, as a card at this location receives it. */
export interface ExtensionContext {
  location: 'crm.record.sidebar' | 'crm.record.tab' | 'settings';
  user: Record<string, unknown>;
  portal: { id: number; timezone: string };
  variables: Record<string, string | number | boolean>;
  extension: { appId: number; appName: string; cardTitle: string };
  crm?: { objectId: number; objectTypeId: string };
}

export interface AlertRequest {
  type?: 'info' | 'warning' | 'success' | 'danger' | 'tip';
  title?: string;
  message: string;
}

export type Properties = Record<string, string>;
export type PropertiesListener = (properties: Properties, error?: { message: string }) => void;

/** Offered by the page. */
export interface PageApi {
  fetch(url: string, method: string, body: unknown, timeoutSeconds: number): Promise<HubspotFetchResult>;
  properties(names: string[] | '*'): Promise<Properties>;
  /** The listener is called whenever one of these properties changes on the record. */
  watchProperties(names: string[] | '*', listener: PropertiesListener): Promise<void>;
  addAlert(alert: AlertRequest): Promise<void>;
  refreshProperties(): Promise<void>;
  reload(): Promise<void>;
  closeOverlay(id: string): Promise<void>;
  copyText(text: string): Promise<void>;
  openFrame(
    request: { uri: string; width: number; height: number; title?: string },
    onClose?: () => void,
  ): Promise<void>;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): Promise<void>;
}

/** Offered by the worker. */
export interface WorkerApi {
  start(bundleUrl: string, context: ExtensionContext, channel: RemoteChannel): Promise<void>;
}
