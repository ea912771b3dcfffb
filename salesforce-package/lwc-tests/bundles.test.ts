/** What the LWC compiler lets through and the platform, or nobody, would notice. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { words } from 'c/salesosLabels';
import { describe, expect, test } from 'vitest';
import { componentModules } from '../generate-components.ts';

const folder = join(import.meta.dirname, '../force-app/main/default/lwc');
const bundles = readdirSync(folder);
const read = (bundle: string, ending: string) => {
  const path = join(folder, bundle, `${bundle}.${ending}`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

test('words and forms are those of the other CRMs: node salesforce-package/generate.ts', () => {
  for (const [path, text] of Object.entries(componentModules()))
    expect(readFileSync(join(folder, '..', path), 'utf8')).toBe(text);
});

describe.each(bundles)('%s', (bundle) => {
  const [script, template, meta] = [read(bundle, 'js'), read(bundle, 'html'), read(bundle, 'js-meta.xml')];

  test('has a description of API 68 with targets exactly when it is exposed', () => {
    expect(meta).toContain('<apiVersion>68.0</apiVersion>');
    expect(meta.includes('<isExposed>true</isExposed>')).toBe(meta.includes('<target>'));
    expect(meta.includes('<masterLabel>')).toBe(meta.includes('<target>'));
  });

  test('its template names only what the class has', () => {
    const items = [...template.matchAll(/for:item="(\w+)"/g)].map(([, name]) => name);
    const named = [...template.matchAll(/\{(\w+)[\w.]*\}/g)].map(([, name]) => name!);
    const inherited = ['label'];
    const missing = named.filter(
      (name) =>
        !items.includes(name) &&
        !(script.includes('LightningModal') && inherited.includes(name)) &&
        !new RegExp(`^ {2}(?:async |get |@api )?${name}(?:;|\\(| =)`, 'm').test(script),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  test('the words it says exist', () => {
    const said = [...`${script} ${template}`.matchAll(/(?<![-\w])words\.(\w+)/g)].map(([, name]) => name!);
    expect(said.filter((name) => !(name in words))).toEqual([]);
  });

  test('its template listens by methods of the class only, and its components exist', () => {
    const children = [...template.matchAll(/<c-([\w-]+)/g)].map(([, tag]) =>
      tag!.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase()),
    );
    const imported = [...script.matchAll(/from 'c\/(\w+)'/g)].map(([, name]) => name!);
    expect([...children, ...imported].filter((name) => !bundles.includes(name))).toEqual([]);
    for (const [, handler] of template.matchAll(/\son\w+=\{(\w+)\}/g))
      expect(script).toMatch(new RegExp(`^ {2}(?:async )?${handler}\\(`, 'm'));
  });

  test('a component’s public properties are those that its users set', () => {
    for (const user of bundles) {
      const uses = read(user, 'html').matchAll(new RegExp(`<c-${dashed(bundle)}(?=[\\s>])([^>]*)>`, 'g'));
      for (const [, attributes] of uses)
        for (const [, name] of attributes!.matchAll(/\s(?!on|lwc|data|class|key)([\w-]+)=/g)) {
          const property = name!.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
          expect(script).toMatch(new RegExp(`@api\\s+(?:get )?${property}\\b`));
        }
    }
  });
});

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
