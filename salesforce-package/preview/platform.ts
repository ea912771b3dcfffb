/** What the Salesforce platform provides to components and no package holds, as modules for rollup. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rollup';

const lightning = join(import.meta.dirname, '../../node_modules/lightning-base-components/src/lightning');
const stubs = join(import.meta.dirname, 'stubs');
const host = join(import.meta.dirname, 'host.js');

/** Icons that the base components themselves show. */
const iconsOfBaseComponents = [
  'utility:check',
  'utility:chevrondown',
  'utility:chevronleft',
  'utility:chevronright',
  'utility:clear',
  'utility:close',
  'utility:down',
  'utility:error',
  'utility:info',
  'utility:search',
  'utility:success',
  'utility:switch',
  'utility:threedots',
  'utility:warning',
];

/** `components` is the folder of our components: of thousands of icons only those are compiled that they name. */
export function platform(components: string): Plugin {
  return {
    name: 'salesforce-platform',
    resolveId(name) {
      if (name === 'salesos/host') return host;
      if (name.startsWith('lightning/')) {
        const bare = name.slice('lightning/'.length);
        const stub = join(stubs, 'lightning', bare, `${bare}.js`);
        if (existsSync(stub)) return stub;
        if (bare.startsWith('iconSvgTemplates'))
          return `\0icons/${bare.slice('iconSvgTemplates'.length).toLowerCase()}`;
      }
      if (name.startsWith('@salesforce/apex/')) return `\0${name}`;
      if (name === '@salesforce/i18n/locale' || name === '@salesforce/i18n/timeZone') return `\0${name}`;
      return null;
    },
    load(id) {
      if (id.startsWith('\0icons/')) return iconModule(id.slice('\0icons/'.length), components);
      if (id.startsWith('\0@salesforce/apex/')) {
        const method = id.slice('\0@salesforce/apex/'.length);
        return `import { host } from 'salesos/host';\nexport default (params) => host.apex(${JSON.stringify(method)}, params);`;
      }
      if (id.startsWith('\0@salesforce/i18n/')) {
        const name = id.slice('\0@salesforce/i18n/'.length);
        return `export default window.salesosUser?.${name} || new Intl.DateTimeFormat().resolvedOptions().${name};`;
      }
      return null;
    },
  };
}

/** One category of icons, as in `utility`; right-to-left categories are not shown here and stay empty. */
function iconModule(category: string, components: string): string {
  const files = iconNames(components)
    .filter((icon) => icon.startsWith(`${category}:`))
    .map((icon) => icon.slice(category.length + 1));
  const folder = join(lightning, `iconSvgTemplates${category[0]?.toUpperCase()}${category.slice(1)}`, 'buildTemplates');
  const imports = files.map((name, index) => `import icon${index} from '${join(folder, category, `${name}.html`)}';`);
  const entries = files.map((name, index) => `'${category}_${name}': icon${index}`);
  return `${imports.join('\n')}\nexport default { ${entries.join(', ')} };`;
}

function iconNames(components: string): string[] {
  const texts = readdirSync(components, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(js|html)$/.test(path))
    .map((path) => readFileSync(join(components, path), 'utf8'));
  const ours = texts.flatMap((text) => text.match(/\b(utility|standard|action|custom|doctype):[a-z]\w*/g) ?? []);
  return [...new Set([...iconsOfBaseComponents, ...ours])].sort();
}
