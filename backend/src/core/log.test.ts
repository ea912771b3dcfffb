import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  log.child({ tenantId: 'acme' }).info(fields, 'something happened');
  return JSON.parse(lines[0]!);
}

it('private fields are left out wherever they are nested', () => {
  const line = logged({
    token: 'secret-1',
    request: { list: [{ headers: { authorization: 'secret-2', host: 'seen' } }] },
  });
  expect(JSON.stringify(line)).not.toMatch(/secret/);
  expect(line).toMatchObject({ tenantId: 'acme', request: { list: [{ headers: { host: 'seen' } }] } });
});

it('an error keeps its sentence and its cause, and loses what libraries hang on it', () => {
  const error = Object.assign(new Error('no answer', { cause: new Error('reset') }), {
    config: { password: 'secret' },
  });
  const line = logged({ error, at: new Date(0) });
  expect(line).toMatchObject({
    error: { message: 'no answer', cause: { message: 'reset' } },
    at: '1970-01-01T00:00:00.000Z',
  });
  expect(JSON.stringify(line)).not.toMatch(/secret/);
});

it('a circle does not stop the log', () => {
  const circle: Record<string, unknown> = { name: 'round' };
  circle.self = circle;
  expect(logged({ circle })).toMatchObject({ circle: { name: 'round' } });
});

/** Every kind of secret that this product holds, as its vendors write them. */
const canaries = {
  accessToken: 'ya29.a0AfB_byC-canary-8d1f6e0c3b5a47928d1f6e0c3b5a4792',
  refreshToken: '1//0gCANARYcgYIARAAGBASNwF-L9Ir8d1f6e0c3b5a47928d1f6e0c3b5a4792',
  hubspotToken: 'CPcanary8d1f6e0c3b5a47928d1f6e0c3b5a47928d1f6e0c3b5a4792',
  privateAppToken: 'pat-eu1-8d1f6e0c-canary-3b5a-4792-8d1f6e0c3b5a',
  idToken: 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9canary.8d1f6e0c3b5a47928d1f6e0c3b5a4792',
  clientSecret: 'GOCSPX-canary-8d1f6e0c3b5a',
  codeVerifier: 'canary-verifier-8d1f6e0c3b5a4792',
  apiKey: 'sk_live_canary_8d1f6e0c3b5a4792',
};

it('no secret is written, whatever its field is called and however deep it lies', () => {
  for (const [name, canary] of Object.entries(canaries)) {
    const spellings = [
      name,
      name.toUpperCase(),
      name.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`),
      name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`),
      `x-${name}`,
      'Authorization',
      'set-cookie',
      'body',
    ];
    for (const field of spellings) {
      for (let depth = 0; depth < 9; depth++) {
        let fields: Record<string, unknown> = { [field]: canary, list: [{ [field]: { deep: canary } }] };
        for (let n = 0; n < depth; n++) fields = n % 2 ? { list: [fields] } : { nested: fields };
        expect(JSON.stringify(logged(fields))).not.toContain(canary);
      }
    }
  }
});

it('no secret is written that a vendor repeats in its error message, under whatever name the error is logged', () => {
  for (const [name, canary] of Object.entries(canaries)) {
    const snake = name.replace(/[A-Z]/g, (one) => `_${one.toLowerCase()}`);
    const messages = [
      `Invalid request: ${snake}=${canary}&grant_type=refresh`,
      `{"${snake}": "${canary}", "status": "BAD"}`,
      `Authorization: Bearer ${canary} was refused`,
      `could not use bearer ${canary}`,
    ];
    for (const message of messages) {
      const error = Object.assign(new Error(message, { cause: new Error(message, { cause: message }) }), {
        detail: message,
        response: { headers: { authorization: canary } },
      });
      for (const fields of [{ error }, { err: error }, { failure: error }, { list: [error] }, { reason: message }])
        expect(JSON.stringify(logged(fields))).not.toContain(canary);
    }
  }
  const quoted = Object.values(canaries).filter((canary) => canary.length >= 44);
  for (const canary of quoted)
    expect(JSON.stringify(logged({ error: new Error(`${canary} is unknown`) }))).not.toContain(canary);
});

it('ids, addresses, file names and sentences are written', () => {
  const fields = {
    contactId: '0192f0aa-0000-7000-8000-000000000001',
    at: '2027-01-04T09:00:00.000Z',
    where: '/srv/salesos/backend/src/core/a-file-with-quite-a-long-name-that-nobody-should-miss.ts',
    reason: 'The mailbox rep@sender.example was not reached; it is tried again at 9:15.',
    code: 'ECONNREFUSED',
  };
  expect(logged(fields)).toMatchObject(fields);
  const error = new Error('plain');
  expect(logged({ error })).toMatchObject({ error: { message: 'plain', stack: error.stack } });
});

it('an error that is its own cause does not stop the log', () => {
  const error = new Error('round');
  error.cause = error;
  expect(logged({ error })).toMatchObject({ error: { message: 'round' } });
});

it('an error logged by itself is described as well', () => {
  const lines: string[] = [];
  createLog('info', { write: (line) => lines.push(line) }).error(
    Object.assign(new Error('no answer'), { config: { password: 'canary' } }),
  );
  expect(JSON.parse(lines[0]!)).toMatchObject({ err: { message: 'no answer' } });
  expect(lines[0]).not.toContain('canary');
});

it('a message of a megabyte is looked through in linear time', () => {
  const began = performance.now();
  for (const part of ['a', 'a1', 'token', 'token=', 'bearer ', '"'])
    logged({ reason: part.repeat(1_000_000 / part.length) });
  expect(performance.now() - began).toBeLessThan(3000);
});
