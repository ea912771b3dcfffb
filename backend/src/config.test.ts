import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig, WrongConfiguration } from './config.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const whole = {
  PUBLIC_URL: 'https://salesos.example.com/',
  SECRET_KEYS: `k2:${key},k1:${Buffer.alloc(32, 2).toString('base64')}`,
  FINGERPRINT_KEY: 'f'.repeat(32),
  HUBSPOT_CLIENT_ID: 'hubspot-id',
  HUBSPOT_CLIENT_SECRET: 'hubspot-secret',
  HUBSPOT_APP_ID: '4711',
  GOOGLE_CLIENT_ID: 'google-id',
  GOOGLE_CLIENT_SECRET: 'google-secret',
};
const server = 'postgres://salesos:secret@db:5432/salesos';

/** The names in the message, in its order, and the message itself. */
function refused(environment: Record<string, string | undefined>): { names: string[]; message: string } {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(WrongConfiguration);
    const { message } = error as Error;
    return { names: [...message.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name!), message };
  }
  throw new Error('it was accepted');
}

describe('without credentials', () => {
  it('nothing needs to be set: it is the sandbox', () => {
    expect(readConfig({})).toEqual({
      mode: 'sandbox',
      ROLE: 'all',
      PORT: 3000,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      DATA_FOLDER: '.data',
      TRUSTED_PROXIES: 0,
    });
  });

  it('variables of others, and empty ones, mean nothing', () => {
    const environment = { PATH: '/bin', PUBLIC_URL: '', SECRET_KEYS: ' ', HUBSPOT_CLIENT_ID: undefined, PORT: '' };
    expect(readConfig(environment)).toMatchObject({ mode: 'sandbox', PORT: 3000 });
  });

  it('the sandbox may use a server', () => {
    expect(readConfig({ DATABASE_URL: server })).toMatchObject({ mode: 'sandbox', DATABASE_URL: server });
  });
});

describe('with all credentials', () => {
  it('it is live, and the first key seals', () => {
    const config = readConfig(whole);
    expect(config).toMatchObject({
      mode: 'live',
      PUBLIC_URL: 'https://salesos.example.com',
      MICROSOFT_TENANT: 'common',
    });
    expect(config.mode === 'live' && config.SECRET_KEYS.map(({ id }) => id)).toEqual(['k2', 'k1']);
  });

  it.each(['SALESFORCE', 'PIPEDRIVE'])('%s alone is enough of a CRM', (crm) => {
    const { HUBSPOT_CLIENT_ID: _, HUBSPOT_CLIENT_SECRET: __, HUBSPOT_APP_ID: ___, ...rest } = whole;
    const { names, message } = refused(rest);
    expect(names).toEqual(['HUBSPOT_CLIENT_ID']);
    expect(message).toContain('one CRM is needed: HUBSPOT_CLIENT_ID, SALESFORCE_CLIENT_ID, PIPEDRIVE_CLIENT_ID');
    const keys = { [`${crm}_CLIENT_ID`]: 'id', [`${crm}_CLIENT_SECRET`]: 'secret' };
    expect(readConfig({ ...rest, ...keys })).toMatchObject({ mode: 'live', ...keys });
  });

  it('a private key may be written in one line', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const config = readConfig({ ...whole, SALESFORCE_JWT_KEY: pem.replaceAll('\n', '\\n') });
    expect(config).toMatchObject({ SALESFORCE_JWT_KEY: pem });
  });

  it.each(['api', 'worker'])('the role %s needs a server', (ROLE) => {
    expect(readConfig({ ...whole, ROLE, DATABASE_URL: server })).toMatchObject({ mode: 'live', ROLE });
    const { names, message } = refused({ ...whole, ROLE });
    expect(names).toEqual(['ROLE']);
    expect(message).toContain('the embedded database serves one process only');
  });
});

describe('one message names each wrong variable', () => {
  it.each(Object.keys(whole))('%s alone is live, and the others are missing', (name) => {
    const { names, message } = refused({ [name]: whole[name as keyof typeof whole] });
    // Without any key of a CRM its id is named alone, for all CRMs.
    const hubspot = name.startsWith('HUBSPOT_') ? [] : ['HUBSPOT_CLIENT_SECRET', 'HUBSPOT_APP_ID'];
    const missing = Object.keys(whole).filter((other) => other !== name && !hubspot.includes(other));
    expect(names.sort()).toEqual(missing.sort());
    expect(message).toContain('starts as a sandbox that needs no configuration');
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['ROLE', 'everything'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://db/salesos'],
    ['DATABASE_URL', 'db:5432'],
    ['TRUSTED_PROXIES', '6'],
    ['PUBLIC_URL', 'salesos.example.com'],
    ['PUBLIC_URL', 'ftp://salesos.example.com'],
    ['SECRET_KEYS', 'canary'],
    ['SECRET_KEYS', 'k1:Y2FuYXJ5'],
    ['SECRET_KEYS', `k1:${key},k1:${key}`],
    ['SECRET_KEYS', `UPPER:${key}`],
    ['SECRET_KEYS', `k1:${key},`],
    ['FINGERPRINT_KEY', 'canary-too-short'],
    ['HUBSPOT_APP_ID', 'my app'],
    ['HUBSPOT_API_URL', 'api.hubapi.com'],
    ['SALESFORCE_JWT_KEY', 'canary'],
    ['SALESFORCE_PACKAGE_NAMESPACE', 'sales os'],
    ['SALESFORCE_LOGIN_URL', 'login.salesforce.com'],
    ['PIPEDRIVE_OAUTH_URL', 'pipedrive'],
    ['GOOGLE_PUBSUB_TOPIC', 'gmail'],
    ['MICROSOFT_TENANT', 'not a tenant/'],
  ])('%s=%s', (name, value) => {
    const { names, message } = refused({ ...whole, [name]: value });
    expect(names).toEqual([name]);
    expect(message).not.toMatch(/Invalid|NaN|regex|canary|Y2FuYXJ5/);
  });

  it.each([
    ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'],
    ['MICROSOFT_CLIENT_SECRET', 'MICROSOFT_CLIENT_ID'],
    ['GOOGLE_PUSH_AUDIENCE', 'GOOGLE_PUSH_SERVICE_ACCOUNT'],
    ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
    ['PIPEDRIVE_CLIENT_SECRET', 'PIPEDRIVE_CLIENT_ID'],
  ])('%s without %s', (given, missing) => {
    expect(refused({ ...whole, [given]: 'something' }).names).toEqual([missing]);
  });

  it('all at once, each once', () => {
    const { names } = refused({
      PORT: 'x',
      ROLE: 'worker',
      LOG_LEVEL: 'x',
      PUBLIC_URL: 'x',
      SECRET_KEYS: 'x,y',
      MICROSOFT_CLIENT_ID: 'x',
      HUBSPOT_APP_ID: 'x',
    });
    expect(names.sort()).toEqual([
      'FINGERPRINT_KEY',
      'GOOGLE_CLIENT_ID',
      'GOOGLE_CLIENT_SECRET',
      'HUBSPOT_APP_ID',
      'HUBSPOT_CLIENT_ID',
      'HUBSPOT_CLIENT_SECRET',
      'LOG_LEVEL',
      'MICROSOFT_CLIENT_SECRET',
      'PORT',
      'PUBLIC_URL',
      'ROLE',
      'SECRET_KEYS',
    ]);
  });
});
