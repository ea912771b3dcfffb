import { existsSync } from 'node:fs';
import pg from 'pg';
import { defineConfig } from 'vitest/config';

// Tests that need a database are named `*.db.test.ts`; they run on PGlite always, and on PostgreSQL where one is reachable.
const serverUrl = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const serverReachable = await reach(serverUrl);
if (!serverReachable)
  console.log(
    `Skipped: the database tests on PostgreSQL, because no server answers at ${new URL(serverUrl).host}. Set DATABASE_URL to run them.`,
  );

// Tests in a real browser are named `*.browser.test.ts`.
const browserPath = process.env.CHROMIUM || '/usr/bin/chromium';
const browserFound = existsSync(browserPath);
if (!browserFound)
  console.log(`Skipped: the browser tests, because there is no browser at ${browserPath}. Set CHROMIUM to run them.`);

const exclude = ['**/node_modules/**', '**/dist/**'];
// Generous, because a slow machine is no failure: what must be quick is measured by the benches.
const limits = { testTimeout: 180_000, hookTimeout: 180_000 };
const database = {
  include: ['backend/**/*.db.test.ts'],
  exclude,
  globalSetup: ['backend/testing/prepare-database.ts'],
  ...limits,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'shared/**/*.test.ts',
            'backend/**/*.test.ts',
            '{hubspot,pipedrive}-app/**/*.test.{ts,tsx}',
            'salesforce-package/checks/*.test.ts',
          ],
          exclude: [...exclude, '**/*.db.test.ts', '**/*.browser.test.ts'],
          ...limits,
        },
      },
      'salesforce-package/lwc-tests/vitest.config.ts',
      { test: { name: 'pglite', ...database, provide: { serverUrl: '' } } },
      ...(serverReachable ? [{ test: { name: 'postgres', ...database, provide: { serverUrl } } }] : []),
      ...(browserFound
        ? [
            {
              test: {
                name: 'browser',
                include: ['backend/**/*.browser.test.ts'],
                exclude,
                testTimeout: 180_000,
                hookTimeout: 180_000,
              },
            },
          ]
        : []),
    ],
  },
});

async function reach(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
