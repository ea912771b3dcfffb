/** The components' own modules in Node: what a browser is not needed for. The rest is in backend/sandbox/salesforce-card.browser.test.ts. */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const components = join(import.meta.dirname, '../force-app/main/default/lwc');

export default defineConfig({
  root: import.meta.dirname,
  resolve: {
    alias: [
      { find: /^c\/(\w+)$/, replacement: `${components}/$1/$1.js` },
      { find: /^@salesforce\/(?:apex|i18n)\/(?:\w+\.)?(\w+)$/, replacement: `${import.meta.dirname}/stubs/$1.ts` },
    ],
  },
  test: { name: 'salesforce', include: ['*.test.ts'] },
});
