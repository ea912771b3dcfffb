/** A stand-in for a page of Pipedrive: frames a surface, and shows confirmations, snackbars and our modal. */
import type { Question } from '../host/host.ts';
import { openFrame } from '../host/open-frame.ts';
import type { HostPage } from './host-page-query.ts';

declare global {
  interface Window {
    setTheme: (theme: 'light' | 'dark') => void;
    setVisible: (isVisible: boolean) => void;
  }
}

const { origin, surface, framed } = JSON.parse(new URLSearchParams(location.search).get('page') ?? '{}') as HostPage;
const signedToken = async () => (await fetch('/token')).text();
const place = (id: string) => document.getElementById(id)!;

const frames: ReturnType<typeof openFrame>[] = [await open(surface, framed, place('frame'))];
window.setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  for (const { host } of frames) host.setTheme(theme);
};
window.setTheme(framed.theme);
window.setVisible = (isVisible) => frames[0]?.host.setVisible(isVisible);

async function open(kind: HostPage['surface'], given: HostPage['framed'], container: HTMLElement, closed = () => {}) {
  return openFrame(container, {
    page: `${origin}/pipedrive/${kind}`,
    title: `SalesOS ${kind}`,
    surface: kind,
    framed: { ...given, token: await signedToken() },
    signedToken,
    snackbar({ message }) {
      const said = document.createElement('p');
      said.textContent = message;
      place('snackbars').append(said);
    },
    confirm,
    openModal: ({ action_id, data }) =>
      action_id === 'enroll-modal'
        ? openModal(data ?? {})
        : Promise.reject(new Error(`There is no modal ${action_id} in this app`)),
    closeModal: closed,
    redirect: () => {},
  });
}

async function openModal(data: Record<string, string>): Promise<{ status: 'closed' }> {
  const dialog = place('modal') as HTMLDialogElement;
  dialog.showModal();
  const { promise, resolve } = Promise.withResolvers<void>();
  const modal = await open('modal', { ...framed, data }, dialog, resolve);
  frames.push(modal);
  await promise;
  frames.pop();
  modal.close();
  dialog.close();
  frames[0]?.host.modalClosed();
  return { status: 'closed' };
}

function confirm({ title, description = '', okText = 'OK', cancelText = 'Cancel' }: Question): Promise<boolean> {
  const dialog = place('question') as HTMLDialogElement;
  const [heading, text, ok, cancel] = ['h2', 'p', 'button', 'button'].map((name) => document.createElement(name));
  heading!.textContent = title;
  text!.textContent = description;
  ok!.textContent = okText;
  cancel!.textContent = cancelText;
  dialog.replaceChildren(heading!, text!, cancel!, ok!);
  dialog.showModal();
  return new Promise((resolve) => {
    const close = (confirmed: boolean) => () => {
      dialog.close();
      resolve(confirmed);
    };
    ok!.onclick = close(true);
    cancel!.onclick = close(false);
  });
}
