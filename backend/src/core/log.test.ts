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
