/** Builds the pages that Pipedrive frames. The backend serves `dist` under /pipedrive/. */
import { defineConfig } from 'vite';

const at = (path: string) => `${import.meta.dirname}/${path}`;

export default defineConfig({
  root: import.meta.dirname,
  base: '/pipedrive/',
  // JSX is compiled by the bundler; nothing here needs React's dev-server plugin.
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    target: ['chrome120', 'firefox121', 'safari17'],
    // A strict content policy allows no inline script.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { panel: at('panel.html'), modal: at('modal.html'), settings: at('settings.html') } },
  },
});
