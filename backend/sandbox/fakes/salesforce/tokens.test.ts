/** Who may ask the fake org, and how the org asks us. */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveFake } from '../serve.ts';
import { redirectUri, type ServedOrg, start, startOrg } from './fake-salesforce.harness.ts';
import { sandboxOrgId } from './index.ts';

let org: ServedOrg;
beforeEach(async () => {
  org = await startOrg();
});
afterEach(() => org.close());

describe('tokens', () => {
  const verifier = 'v'.repeat(43);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = (changes: Record<string, string> = {}) =>
    new URLSearchParams({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: redirectUri,
      scope: 'api refresh_token',
      state: 's 1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    });
  const consent = async () => {
    const form = new URLSearchParams({ address: 'robin@acme.test', decision: 'allow' });
    const path = `/services/oauth2/authorize/decision?${asked()}`;
    const answer = await org.fake.app.request(path, { method: 'POST', body: form.toString() });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  };
  const post = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: 'client-1', client_secret: 'secret-1', ...fields }).toString();
    const answer = await org.fake.app.request('/services/oauth2/token', { method: 'POST', body });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const exchange = (code: string, changes = {}) =>
    post({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...changes });

  test('the consent page wants PKCE by S256 and a known redirect address', async () => {
    const open = async (query: URLSearchParams) =>
      (await org.fake.app.request(`/services/oauth2/authorize?${query}`)).status;
    expect(await open(asked())).toBe(200);
    expect(await open(asked({ code_challenge_method: 'plain' }))).toBe(400);
    expect(await open(asked({ code_challenge: '' }))).toBe(400);
    expect(await open(asked({ redirect_uri: 'https://evil.test/' }))).toBe(400);
  });

  test('a code works once, with its verifier and the secret', async () => {
    expect((await exchange(await consent(), { code_verifier: 'w'.repeat(43) })).body.error).toBe('invalid_grant');
    expect((await exchange(await consent(), { client_secret: 'x' })).body.error).toBe('invalid_client');
    const code = await consent();
    expect((await exchange(code)).body).toMatchObject({
      token_type: 'Bearer',
      id: expect.stringContaining(sandboxOrgId),
    });
    expect((await exchange(code)).body.error).toBe('invalid_grant');
  });

  test('a refresh token that was used ends everything when it is shown again', async () => {
    const first = (await exchange(await consent())).body;
    const refresh = (refresh_token = '') => post({ grant_type: 'refresh_token', refresh_token });
    const second = (await refresh(first.refresh_token)).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    org.token = second.access_token ?? '';
    expect((await org.call('GET', '/limits')).status).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await org.call('GET', '/limits')).status).toBe(401);
    expect((await refresh(second.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('an assertion needs the right key, audience, user and at most three minutes', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    await org.close();
    org = await startOrg({ jwt: { publicKey, audience: 'https://login.salesforce.com' } });
    const assert = (changes: object = {}, key = privateKey) => {
      const exp = Math.floor(start.getTime() / 1000) + 180;
      const claims = { iss: 'client-1', sub: 'robin@acme.test', aud: 'https://login.salesforce.com', exp, ...changes };
      const content = [{ alg: 'RS256' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const assertion = `${content}.${createSign('RSA-SHA256').update(content).sign(key, 'base64url')}`;
      return post({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    };
    const { status, body } = await assert();
    expect([status, body.refresh_token]).toEqual([200, undefined]);
    const exp = Math.floor(start.getTime() / 1000) + 181;
    for (const wrong of [{ exp }, { aud: 'https://evil.test' }, { sub: 'nobody@acme.test' }]) {
      expect((await assert(wrong)).body.error).toBe('invalid_grant');
    }
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const pem = other.export({ type: 'pkcs8', format: 'pem' }).toString();
    expect((await assert({}, pem)).body.error).toBe('invalid_client');
  });
});

describe('our package in the org', () => {
  test('takes the key into its credential, once by creating and then by replacing', async () => {
    const body = {
      externalCredential: 'salesos__SalesOS',
      principalName: 'Backend',
      principalType: 'NamedPrincipal',
      authenticationProtocol: 'Custom',
      credentials: { Token: { value: 'sfo_1', encrypted: true } },
    };
    const path = '/named-credentials/credential';
    expect((await org.call('PUT', path, body)).status).toBe(404);
    expect((await org.call('POST', path, body)).status).toBe(201);
    expect((await org.call('POST', path, body)).status).toBe(400);
    expect(JSON.stringify((await org.call('PUT', path, body)).body)).not.toContain('sfo_1');
    expect(org.fake.org.credential()).toBe('sfo_1');
    expect((await org.call('POST', path, { ...body, externalCredential: 'Other' })).status).toBe(404);
  });

  test('calls the backend with that key and who is asking, and hands over the rows of a flow together', async () => {
    const received: { headers: Headers; body: unknown }[] = [];
    const backend = await serveFake(
      new Hono().post('/salesforce/actions/enroll', async (c) => {
        received.push({ headers: c.req.raw.headers, body: await c.req.json() });
        return c.json({ results: [{ result: 'enrolled' }, { result: 'refused' }] });
      }),
    );
    await org.close();
    org = await startOrg({
      backendUrl: 'https://api.example.com',
      reach: (url) => url.replace('https://api.example.com', backend.url),
    });
    const recordIds = [org.addContact(), org.fake.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd' })];
    const run = await org.fake.flows.run({
      action: 'enroll',
      recordIds,
      inputs: { sequenceId: '1' },
      workflow: 'New leads',
    });
    await backend.close();
    expect(run).toMatchObject({ status: 200, results: [{ result: 'enrolled' }, { result: 'refused' }] });
    const [{ headers, body } = { headers: new Headers(), body: null }] = received;
    expect(headers.get('salesos-org-id')).toBe(sandboxOrgId);
    expect(headers.get('salesos-user-id')).toBe(org.fake.org.users()[0]?.id);
    expect(headers.get('salesos-user-name')).toBe('Robin%20de%20Vries');
    expect(body).toMatchObject({
      workflow: 'New leads',
      rows: [{ objectType: 'Contact', recordId: recordIds[0], inputs: { sequenceId: '1' } }, { objectType: 'Lead' }],
    });
  });
});
