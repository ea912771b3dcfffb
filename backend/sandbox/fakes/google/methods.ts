/** What each Gmail method costs in quota units (prices since 2026-05-01) and which scopes open it. */
const google = 'https://www.googleapis.com/auth/';
export const fullScope = 'https://mail.google.com/';
export const scope = {
  send: `${google}gmail.send`,
  readonly: `${google}gmail.readonly`,
  metadata: `${google}gmail.metadata`,
  modify: `${google}gmail.modify`,
  compose: `${google}gmail.compose`,
  labels: `${google}gmail.labels`,
  settings: `${google}gmail.settings.basic`,
};

const reading = [fullScope, scope.modify, scope.readonly, scope.metadata];

export const methods = {
  'messages.send': { units: 100, scopes: [fullScope, scope.modify, scope.compose, scope.send] },
  'messages.get': { units: 20, scopes: reading },
  'messages.list': { units: 5, scopes: reading },
  'threads.get': { units: 40, scopes: reading },
  'history.list': { units: 2, scopes: reading },
  'labels.list': { units: 1, scopes: [...reading, scope.labels] },
  watch: { units: 100, scopes: reading },
  stop: { units: 50, scopes: reading },
  getProfile: { units: 1, scopes: [...reading, scope.compose] },
  'sendAs.list': { units: 1, scopes: [fullScope, scope.modify, scope.readonly, scope.settings] },
} satisfies Record<string, { units: number; scopes: string[] }>;

export type Method = keyof typeof methods;
