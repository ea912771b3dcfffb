import { crmNames } from '../sandbox/page-api.ts';
import type { OpenDatabase } from '../src/core/db.ts';
import { openApp } from '../testing/open-app.ts';
import { entrances } from './entrance.ts';
import { type Row, runJourney } from './journey.ts';

export interface Column {
  name: string;
  rows: Row[];
}

/** Walks the journey in each CRM, each time in a product of its own. */
export async function walkAll(openDatabase: () => Promise<OpenDatabase>): Promise<Column[]> {
  const columns: Column[] = [];
  for (const crm of crmNames) {
    const app = await openApp(await openDatabase(), { allCrms: true });
    try {
      const entrance = entrances[crm](app);
      columns.push({ name: entrance.name, rows: await runJourney(app, entrance) });
    } finally {
      await app.stop();
    }
  }
  return columns;
}

/** A row per promise; where all CRMs show the same it stands once. */
export function asTable(columns: Column[]): string {
  const promises = columns[0]?.rows.map(({ promise }) => promise) ?? [];
  const cell = (text: string) => text.replaceAll('|', '\\|') || '–';
  const lines = promises.map((promise, index) => {
    const seen = columns.map(({ rows }) => rows[index]?.seen ?? '');
    const same = new Set(seen).size === 1;
    return `| ${cell(promise)} | ${same ? cell(seen[0]!) : columns.map(({ name }, at) => `${name}: ${cell(seen[at]!)}`).join('<br>')} | ${same ? 'the same in all three' : '**differs**'} |`;
  });
  return ['| Promise | Seen | |', '| --- | --- | --- |', ...lines].join('\n');
}
