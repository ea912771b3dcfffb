import { expect, test } from 'vitest';
import { readConfig, WrongConfiguration } from './config.ts';

const live = {
  PUBLIC_URL: 'https://salesos.example',
  SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  FINGERPRINT_KEY: 'f'.repeat(32),
  HUBSPOT_CLIENT_ID: 'h',
  HUBSPOT_CLIENT_SECRET: 'h',
  HUBSPOT_APP_ID: '1',
  GOOGLE_CLIENT_ID: 'g',
  GOOGLE_CLIENT_SECRET: 'g',
};

test('without any credentials it is a sandbox', () => {
  expect(readConfig({ PORT: '8080', PUBLIC_URL: '' })).toMatchObject({ mode: 'sandbox', PORT: 8080 });
});

test('an app at Microsoft is optional', () => {
  const config = readConfig(live);
  expect(config).toMatchObject({ mode: 'live', MICROSOFT_TENANT: 'common' });
  expect(config).not.toHaveProperty('MICROSOFT_CLIENT_ID');
  const both = { MICROSOFT_CLIENT_ID: 'm', MICROSOFT_CLIENT_SECRET: 's', MICROSOFT_TENANT: 'organizations' };
  expect(readConfig({ ...live, ...both })).toMatchObject(both);
});

test.each([
  ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'],
  ['MICROSOFT_CLIENT_SECRET', 'MICROSOFT_CLIENT_ID'],
])('%s alone is a slip that is named', (given, missing) => {
  expect(() => readConfig({ ...live, [given]: 'x' })).toThrow(`${missing}: is missing`);
});

test('every wrong or missing setting is named at once', () => {
  const act = () => readConfig({ ...live, PORT: 'ninety', GOOGLE_CLIENT_ID: ' ', MICROSOFT_TENANT: 'a/b' });
  expect(act).toThrow(WrongConfiguration);
  expect(act).toThrow(/PORT: [\s\S]*GOOGLE_CLIENT_ID: is missing[\s\S]*MICROSOFT_TENANT: /);
});
