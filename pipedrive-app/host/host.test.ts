import { afterEach, expect, test, vi } from 'vitest';
import { readWhere } from '../src/platform/where.ts';
import { frameUrl } from './frame-url.ts';
import { createHost, type HostSetup, initializeWithinMilliseconds } from './host.ts';
import type { SurfaceKind } from './surfaces.ts';

const frame = { name: 'the frame' };
const viewport = { width: 1200, height: 800 };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A host, and the SDK's side of it: `send` posts as the SDK does and awaits the answer, `hear` listens. */
function aHost(surface: SurfaceKind = 'panel') {
  const window = new EventTarget();
  const timers: { run: () => void; milliseconds: number }[] = [];
  const setup = {
    id: 'x1',
    surface,
    frame: () => frame,
    window,
    viewport: () => viewport,
    signedToken: () => 'a.b.c',
    resize: vi.fn<HostSetup['resize']>(),
    snackbar: vi.fn<HostSetup['snackbar']>(),
    confirm: vi.fn<HostSetup['confirm']>(async () => true),
    openModal: vi.fn<HostSetup['openModal']>(async () => ({ status: 'closed' })),
    closeModal: vi.fn<HostSetup['closeModal']>(),
    redirect: vi.fn<HostSetup['redirect']>(),
    gaveUp: vi.fn<HostSetup['gaveUp']>(),
    later: (run: () => void, milliseconds: number) => {
      const timer = { run, milliseconds };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  const host = createHost(setup);
  stops.push(host.stop);

  function post(payload: object, { source = frame as object | null, id = 'x1' } = {}) {
    const { port1, port2 } = new MessageChannel();
    stops.push(() => port1.close());
    window.dispatchEvent(Object.assign(new Event('message'), { source, data: { id, payload }, ports: [port2] }));
    return port1;
  }
  const send = (command: string, args?: object, from?: { source?: object | null; id?: string }) =>
    new Promise<unknown>((resolve) => {
      post({ type: 'command', command, args }, from).onmessage = ({ data }) => resolve(data);
    });
  function hear(event: string) {
    const heard: unknown[] = [];
    post({ type: 'listener', event }).onmessage = ({ data }) => heard.push(data);
    return heard;
  }
  return { ...setup, host, timers, send, hear, post };
}

test('a page that initialises in time is served', async () => {
  const { send, host, timers } = aHost();
  expect(await send('initialize', {})).toEqual({});
  expect([host.state(), timers]).toEqual(['initialized', []]);
  expect(await send('get_signed_token')).toEqual({ data: { token: 'a.b.c' } });
  expect(await send('get_metadata')).toEqual({ data: { windowWidth: 1200, windowHeight: 800 } });
});

test('a page that says nothing for ten seconds is given up, and heard no more', async () => {
  const { post, host, timers, gaveUp, resize } = aHost();
  expect(timers[0]?.milliseconds).toBe(initializeWithinMilliseconds);
  timers[0]?.run();
  expect(gaveUp).toHaveBeenCalledOnce();
  post({ type: 'command', command: 'initialize', args: { size: { height: 300 } } });
  await new Promise((heard) => setTimeout(heard));
  expect([host.state(), resize.mock.calls]).toEqual(['given_up', []]);
});

test('another window’s message, or one with another id, goes unheard', async () => {
  const { post, host } = aHost();
  const strangers = [{ source: { name: 'another frame' } }, { source: null }, { id: 'x2' }];
  for (const stranger of strangers) post({ type: 'command', command: 'initialize', args: {} }, stranger);
  await new Promise((heard) => setTimeout(heard));
  expect(host.state()).toBe('waiting');
});

test('before it is initialised nothing is done for a page', async () => {
  const { send } = aHost();
  expect(await send('get_signed_token')).toEqual({ error: 'The extension is not initialized' });
});

test.each<[SurfaceKind, string]>([
  ['panel', 'close_modal'],
  ['panel', 'set_focus_mode'],
  ['modal', 'open_modal'],
  ['settings', 'resize'],
  ['settings', 'nonsense'],
])('a %s may not %s', async (surface, command) => {
  const { send } = aHost(surface);
  await send('initialize', {});
  expect(await send(command, { height: 200 })).toEqual({ error: `Command ${command} is not allowed here` });
});

test.each<[SurfaceKind, object, object | null]>([
  ['panel', { height: 100 }, { width: 385, height: 100 }],
  ['panel', { height: 750, width: 900 }, { width: 385, height: 750 }],
  ['panel', { height: 99 }, null],
  ['panel', { height: 751 }, null],
  ['modal', { width: 640, height: 600 }, { width: 640, height: 600 }],
  ['modal', { width: 319, height: 600 }, null],
  ['modal', { width: 640, height: 801 }, null],
  ['floating_window', { width: 800, height: 700 }, { width: 800, height: 700 }],
  ['floating_window', { width: 801, height: 700 }, null],
])('a %s that wishes %j gets %j', async (surface, wish, given) => {
  const { send, resize } = aHost(surface);
  await send('initialize', {});
  expect(await send('resize', wish)).toEqual({});
  expect(resize.mock.calls).toEqual(given ? [[given]] : []);
});

test('confirmations, snackbars and modals reach the page around the frame', async () => {
  const { send, snackbar, confirm, openModal } = aHost();
  await send('initialize', {});
  confirm.mockResolvedValueOnce(false);
  expect(await send('show_confirmation', { title: 'Stop it?' })).toEqual({ data: { confirmed: false } });
  expect(await send('show_confirmation', {})).toEqual({ error: 'Missing title' });
  await send('show_snackbar', { message: 'Paused.' });
  expect(snackbar).toHaveBeenCalledWith({ message: 'Paused.' });
  expect(await send('open_modal', { type: 'custom_modal', action_id: 'm1' })).toEqual({ data: { status: 'closed' } });
  openModal.mockRejectedValueOnce(new Error('No such modal'));
  expect(await send('open_modal', { type: 'custom_modal', action_id: 'm2' })).toEqual({ error: 'No such modal' });
});

test('the page hears of another theme, of being seen, and of a closed modal', async () => {
  const { send, host, hear } = aHost();
  await send('initialize', {});
  const [theme, seen, closed] = [hear('user_settings_change'), hear('visibility'), hear('close_custom_modal')];
  host.setTheme('dark');
  host.setVisible(true);
  host.modalClosed();
  await vi.waitFor(() => expect([theme.length, seen.length, closed.length]).toEqual([1, 1, 1]));
  expect([theme[0], seen[0], closed[0]]).toEqual([
    { data: { theme: 'dark' } },
    { data: { is_visible: true, context: { invoker: 'user' } } },
    {},
  ]);
});

test('an event of another surface is answered with an error', async () => {
  const { hear } = aHost('settings');
  const heard = hear('close_custom_modal');
  await vi.waitFor(() => expect(heard).toEqual([{ error: 'No event close_custom_modal here' }]));
});

test('what the frame’s address says is what the page reads', () => {
  const told = { id: 'x1', token: 't', userId: 7, companyId: 7001, theme: 'dark', resource: 'person' } as const;
  const url = frameUrl('https://salesos.test/pipedrive/modal', {
    ...told,
    view: 'list',
    selectedIds: [1, 2],
    data: { personId: '3' },
  });
  expect(readWhere(new URL(url).search)).toEqual({
    token: 't',
    userId: '7',
    companyId: '7001',
    resource: 'person',
    view: 'list',
    selectedIds: ['1', '2'],
    theme: 'dark',
    data: { personId: '3' },
  });
});
