/**
 * Pipedrive's side of the frame: the other end of the SDK's messages, for the sandbox page and for tests. It needs a
 * window to listen on and nothing else, and is no kinder than Pipedrive: another frame's or another id's messages go
 * unheard, a surface's foreign commands are refused, sizes out of bounds are ignored, and a page that does not
 * initialise within 10 seconds is given up.
 */
import { readMessage } from './message.ts';
import { allowedSize, mayCommand, mayListen, type Size, type SurfaceKind } from './surfaces.ts';

export interface Question {
  title: string;
  description?: string;
  okText?: string;
  cancelText?: string;
  okColor?: 'primary' | 'secondary' | 'negative';
}
export interface ModalWish {
  type: string;
  action_id?: string;
  data?: Record<string, string>;
}

export interface HostSetup {
  /** The `id` in the frame's address. */
  id: string;
  surface: SurfaceKind;
  /** The framed window; null while there is none. */
  frame: () => unknown;
  /** Where the frame's messages arrive. */
  window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  viewport: () => Required<Size>;
  signedToken: () => string | Promise<string>;
  resize: (size: Size) => void;
  snackbar: (said: { message: string; link?: { url: string; label: string } }) => void;
  confirm: (question: Question) => Promise<boolean>;
  /** Settles once the modal is closed; rejects with a sentence when there is none of that id. */
  openModal: (wish: ModalWish) => Promise<{ status: 'submitted' | 'closed'; id?: number }>;
  closeModal: () => void;
  redirect: (to: unknown) => void;
  /** The page did not initialise in time: Pipedrive shows its own error in place of it. */
  gaveUp: () => void;
  /** Runs something later; answers how to call it off. */
  later: (run: () => void, milliseconds: number) => () => void;
}

export const initializeWithinMilliseconds = 10_000;

export function createHost(setup: HostSetup) {
  const listeners = new Map<string, Set<MessagePort>>();
  let state: 'waiting' | 'initialized' | 'given_up' = 'waiting';
  const callOff = setup.later(() => {
    if (state !== 'waiting') return;
    state = 'given_up';
    setup.gaveUp();
  }, initializeWithinMilliseconds);

  const commands: Record<string, (args: never) => unknown> = {
    initialize: ({ size }: { size?: Size } = {}) => {
      state = 'initialized';
      callOff();
      resize(size);
    },
    resize,
    show_snackbar: (said: { message?: string }) => {
      if (!said?.message) throw new Error('Missing message');
      setup.snackbar({ ...said, message: said.message });
    },
    show_confirmation: async (question: Question) => {
      if (!question?.title) throw new Error('Missing title');
      return { confirmed: await setup.confirm(question) };
    },
    get_signed_token: async () => ({ token: await setup.signedToken() }),
    get_metadata: () => {
      const { width, height } = setup.viewport();
      return { windowWidth: width, windowHeight: height };
    },
    open_modal: (wish: ModalWish) => setup.openModal(wish),
    close_modal: () => setup.closeModal(),
    redirect_to: (to: unknown) => setup.redirect(to),
  };

  function resize(wanted?: Size): void {
    const size = allowedSize(setup.surface, wanted, setup.viewport());
    if (size) setup.resize(size);
  }

  async function answer(name: string, args: unknown): Promise<object> {
    const command = commands[name];
    if (!command || !mayCommand(setup.surface, name)) return { error: `Command ${name} is not allowed here` };
    if (state !== 'initialized' && name !== 'initialize') return { error: 'The extension is not initialized' };
    try {
      const data = await command(args as never);
      return data === undefined ? {} : { data };
    } catch (thrown) {
      return { error: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  }

  function receive(event: Event): void {
    const { source, data, ports } = event as MessageEvent;
    // Any page may post to us: only the frame we opened is heard, and only with the id we gave it.
    if (source === null || source !== setup.frame() || state === 'given_up') return;
    const message = readMessage(data);
    const [port] = ports;
    if (message?.id !== setup.id || !port) return;
    if (message.kind === 'command') void answer(message.name, message.args).then((reply) => port.postMessage(reply));
    else if (!mayListen(setup.surface, message.name)) port.postMessage({ error: `No event ${message.name} here` });
    else listeners.set(message.name, (listeners.get(message.name) ?? new Set()).add(port));
  }

  function emit(event: string, data?: unknown): void {
    for (const port of listeners.get(event) ?? []) port.postMessage(data === undefined ? {} : { data });
  }

  setup.window.addEventListener('message', receive);
  return {
    state: () => state,
    setTheme: (theme: 'light' | 'dark') => emit('user_settings_change', { theme }),
    setVisible: (isVisible: boolean) => emit('visibility', { is_visible: isVisible, context: { invoker: 'user' } }),
    /** A modal of this app was closed: the page below may have to look again. */
    modalClosed: () => emit('close_custom_modal'),
    stop() {
      callOff();
      setup.window.removeEventListener('message', receive);
      for (const ports of listeners.values()) for (const port of ports) port.close();
      listeners.clear();
    },
  };
}
export type Host = ReturnType<typeof createHost>;
