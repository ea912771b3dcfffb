/** The bundles HubSpot would load, in a worker like HubSpot's: the same globals and no others. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { createRemoteRoot } from '@remote-ui/core';
import * as RemoteUI from '@remote-ui/react';
import React, { type ReactElement } from 'react';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildSurfaces } from './build.ts';
import { aCard, someSettings } from './testing/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'salesos-bundles-'));
beforeAll(() => buildSurfaces(folder));
afterAll(() => rmSync(folder, { recursive: true }));

const user = { id: 1, email: 'robin@seller.test', locale: 'en-gb' };
const base = { user, portal: { id: 7, timezone: 'Europe/Oslo' }, variables: { API_ORIGIN: 'https://salesos.test' } };
const crm = { objectId: 123, objectTypeId: '0-1' };

/** Loads a bundle; `text()` is all it has on screen, `asked` what it asked of the backend. */
function load(bundle: string, context: object, answer: unknown) {
  const asked: unknown[] = [];
  const root = createRemoteRoot(() => {}, { strict: false });
  const actions = { addAlert() {}, closeOverlay() {}, refreshObjectProperties() {}, onCrmPropertiesUpdate() {} };
  const worker: Record<string, unknown> = {
    __HUBSPOT_EXTENSION_WORKER__: true,
    React,
    RemoteUI,
    hsWorkerAPI: {},
    hsFetch: async (...call: unknown[]) => {
      asked.push(call);
      return { ok: true, status: 200, json: async () => answer };
    },
    extend_V2: (draw: (api: object) => ReactElement) => {
      RemoteUI.createRoot(root).render(draw({ context, actions }));
      root.mount();
    },
    crypto,
    setTimeout,
    clearTimeout,
    console,
  };
  worker.self = worker;
  runInContext(readFileSync(join(folder, `${bundle}.js`), 'utf8'), createContext(worker));
  return { asked, text: () => textsIn(root.children).join(' ') };
}

function textsIn(children: readonly { text?: string; children?: readonly unknown[] }[]): string[] {
  return children.flatMap(({ text, children: inner }) => [
    ...(text === undefined ? [] : [text]),
    ...textsIn((inner ?? []) as typeof children),
  ]);
}

test.each([
  ['Sidebar', 'crm.record.sidebar'],
  ['Tab', 'crm.record.tab'],
])('the %s bundle asks the backend about the open record and draws the card', async (bundle, location) => {
  const { asked, text } = load(bundle, { ...base, location, crm }, aCard());
  await vi.waitFor(() => expect(text()).toContain('Next: the second mail on Monday at 09:00.'));
  expect(asked).toEqual([
    ['https://salesos.test/cards/contact', { method: 'POST', body: { objectType: 'contact', recordId: '123' } }],
  ]);
});

test('the Settings bundle draws the settings', async () => {
  const { asked, text } = load('Settings', { ...base, location: 'settings' }, someSettings());
  await vi.waitFor(() => expect(text()).toContain('1 of 2 still to do.'));
  expect(asked).toEqual([['https://salesos.test/cards/settings', { method: 'POST', body: {} }]]);
});

test('a card uploaded without the backend’s address says so and asks nothing', async () => {
  const { asked, text } = load('Sidebar', { ...base, variables: {}, location: 'crm.record.sidebar', crm }, aCard());
  await vi.waitFor(() => expect(text()).toContain('does not know where SalesOS runs'));
  expect(asked).toEqual([]);
});
