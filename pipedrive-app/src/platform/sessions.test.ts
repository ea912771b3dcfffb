import { createApi } from '@salesos/shared/surface/api.ts';
import { expect, test } from 'vitest';
import { createSurfaceFetch } from './fetch.ts';
import { type Answer, createSessions, type Send } from './sessions.ts';

const origin = 'https://salesos.test';
const person = { resource: 'person', view: 'details', selectedIds: ['3'] };
const record = { objectType: 'person', recordId: '3' };
const given = (status: number, body: unknown): Answer => ({ ok: status < 300, status, json: async () => body });
const refused = (status: number, detail: string) => given(status, { detail, code: 'refused' });

/** A backend that keeps count; `respond` may answer in its place. */
function setUp(respond: (path: string, bearer: string | null) => Answer | Error | null = () => null) {
  let now = Date.parse('2026-11-12T10:00:00Z');
  let tokens = 0;
  const calls: { path: string; body: Record<string, unknown>; bearer: string | null }[] = [];
  const send: Send = async (path, body, bearer) => {
    calls.push({ path, body: body as Record<string, unknown>, bearer });
    const answer = respond(path, bearer);
    if (answer instanceof Error) throw answer;
    if (answer) return answer;
    if (path !== '/pipedrive/session') return given(200, { items: [], nextCursor: null });
    const count = calls.filter((call) => call.path === path).length;
    return given(200, { session: `pds_${count}`, expiresAt: new Date(now + 900_000).toISOString() });
  };
  const sessions = createSessions({
    where: { token: 'from-address', userId: '11', companyId: '7001' },
    send,
    freshToken: async () => `fresh-${++tokens}`,
    nowMilliseconds: () => now,
  });
  const api = (target = person) => createApi(createSurfaceFetch(send, sessions, target, origin), origin);
  const ask = (target = person) => api(target)('/cards/activity', { ...record, cursor: 'c' });
  const opened = () => calls.filter(({ path }) => path === '/pipedrive/session').map(({ body }) => body.token);
  const asked = () => calls.filter(({ path }) => path !== '/pipedrive/session').map(({ bearer }) => bearer);
  function wait(milliseconds: number): void {
    now += milliseconds;
  }
  return { ask, opened, asked, calls, wait };
}

test('one session serves every request about a record until shortly before it ends', async () => {
  const { ask, opened, asked, wait, calls } = setUp();
  await Promise.all([ask(), ask()]);
  wait(13 * 60_000);
  await ask();
  expect(opened()).toEqual(['from-address']);
  expect(calls[0]?.body).toMatchObject({ userId: '11', companyId: '7001', ...person });
  wait(2 * 60_000);
  await ask();
  expect(opened()).toEqual(['from-address', 'fresh-1']);
  expect(asked()).toEqual(['pds_1', 'pds_1', 'pds_1', 'pds_2']);
});

test('another record gets a session of its own', async () => {
  const { ask, opened } = setUp();
  await ask();
  await ask({ ...person, selectedIds: ['4'] });
  expect(opened()).toEqual(['from-address', 'fresh-1']);
});

test('a wrong clock does not make the page ask for sessions without end', async () => {
  const { ask, opened } = setUp((path) =>
    path === '/pipedrive/session' ? given(200, { session: 'pds_old', expiresAt: '2026-11-12T08:00:00Z' }) : null,
  );
  await ask();
  await ask();
  expect(opened()).toHaveLength(1);
});

test('an address token that aged out is replaced by a fresh one', async () => {
  let first = true;
  const { ask, opened } = setUp((path) => {
    if (path !== '/pipedrive/session' || !first) return null;
    first = false;
    return refused(401, 'Too old.');
  });
  await ask();
  expect(opened()).toEqual(['from-address', 'fresh-1']);
});

test('a refused session is told in the backend’s sentence, and asked for anew the next time', async () => {
  let installed = false;
  const { ask, asked } = setUp((path) =>
    path === '/pipedrive/session' && !installed ? refused(403, 'You may not open this person.') : null,
  );
  await expect(ask()).rejects.toMatchObject({ status: 403, message: 'You may not open this person.' });
  expect(asked()).toEqual([]);
  installed = true;
  await ask();
});

test('a session that was ended early is replaced once; a second refusal is shown', async () => {
  const renewing = setUp((_path, bearer) => (bearer === 'pds_1' ? refused(401, 'Over.') : null));
  await renewing.ask();
  expect(renewing.asked()).toEqual(['pds_1', 'pds_2']);
  const hopeless = setUp((_path, bearer) => (bearer ? refused(401, 'Over.') : null));
  await expect(hopeless.ask()).rejects.toMatchObject({ status: 401 });
  expect(hopeless.asked()).toHaveLength(2);
});

test('a request without an answer is repeated once, with the very same body', async () => {
  let failures = 1;
  const { ask, calls } = setUp((path) => (path === '/cards/activity' && failures-- > 0 ? new TypeError('lost') : null));
  await ask();
  const sent = calls.filter(({ path }) => path === '/cards/activity').map(({ body }) => body);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  failures = 2;
  await expect(ask()).rejects.toMatchObject({ code: 'no_answer', outcomeUnknown: true });
});

test('one that took too long is not asked again at once', async () => {
  const { ask, asked } = setUp((_path, bearer) =>
    bearer ? Object.assign(new Error('slow'), { name: 'TimeoutError' }) : null,
  );
  await expect(ask()).rejects.toMatchObject({ code: 'no_answer' });
  expect(asked()).toHaveLength(1);
});
