/** The facts to enter in the Developer Hub, against Pipedrive's limits and against what the backend relies on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pipedriveScopes } from '../backend/src/vendors/pipedrive/config.ts';
import app from './app.json' with { type: 'json' };

/** https://pipedrive.readme.io/docs/app-extensions-actions and custom-ui-extensions-panels */
const limits = { nameCharacters: 30, descriptionCharacters: 150, menuEntriesPerView: 3, menuEntries: 21 };
const records = ['deal', 'person', 'organization'];
const panelViews = records.map((record) => `${record} details`);
const menuViews = [...panelViews, ...records.map((record) => `${record} list`), 'activity list'];

test('the scopes are those the backend relies on, each with a reason', () => {
  expect(app.scopes.map(({ scope }) => scope).sort()).toEqual([...pipedriveScopes].sort());
  for (const { reason } of app.scopes) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
});

test.each(app.extensions)('“$name” stays within Pipedrive’s limits', ({ kind, name, description, url, views }) => {
  expect([...name].length).toBeLessThanOrEqual(limits.nameCharacters);
  expect([...description].length).toBeLessThanOrEqual(limits.descriptionCharacters);
  expect(url).toMatch(/^\$\{PUBLIC_URL\}\/pipedrive\/[a-z-]+$/);
  const allowed = { custom_modal: menuViews, settings: [] }[kind] ?? panelViews;
  expect(views.filter((view) => !allowed.includes(view))).toEqual([]);
});

test('a view has one panel and few enough menu entries', () => {
  const shown = app.extensions.filter((extension) => !('insteadOf' in extension));
  const count = (kind: string, view: string) =>
    shown.filter((extension) => extension.kind === kind && (extension.views as string[]).includes(view)).length;
  for (const view of panelViews) expect(count('custom_panel', view) + count('json_panel', view)).toBe(1);
  for (const view of menuViews) expect(count('custom_modal', view)).toBeLessThanOrEqual(limits.menuEntriesPerView);
});

test('every page named there is built, and the schema is there', () => {
  for (const extension of app.extensions) {
    const file = 'schema' in extension ? extension.schema! : `${extension.url.split('/').at(-1)}.html`;
    expect(existsSync(join(import.meta.dirname, file)), file).toBe(true);
  }
});
