/** A framed page of ours with Pipedrive's side around it: for the sandbox page and for tests. */
import { type Framed, frameUrl } from './frame-url.ts';
import { createHost, type Host, type HostSetup } from './host.ts';
import { panelWidth } from './surfaces.ts';

type Around = Omit<HostSetup, 'id' | 'frame' | 'window' | 'viewport' | 'resize' | 'later' | 'gaveUp'>;

interface Opening extends Around {
  /** The page's address without a query, as in `https://salesos.example.com/pipedrive/panel`. */
  page: string;
  framed: Omit<Framed, 'id'>;
  /** Names the frame for people who cannot see it. */
  title: string;
}

/** Pixels, before the page asks for others. */
const sizes = {
  panel: { width: panelWidth, height: 200 },
  modal: { width: 480, height: 400 },
  settings: { width: 900, height: 900 },
  floating_window: { width: 400, height: 400 },
} as const;

/** Puts the page into `container`. A page that does not initialise is replaced by the sentence Pipedrive shows then. */
export function openFrame(container: HTMLElement, { page, framed, title, ...around }: Opening) {
  const id = crypto.randomUUID();
  const frame = document.createElement('iframe');
  frame.title = title;
  frame.src = frameUrl(page, { ...framed, id });
  frame.setAttribute(
    'sandbox',
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox',
  );
  frame.style.cssText = 'display:block;border:0;max-width:100%';
  size(sizes[around.surface]);
  const host: Host = createHost({
    ...around,
    id,
    frame: () => frame.contentWindow,
    window,
    viewport: () => ({ width: window.innerWidth, height: window.innerHeight }),
    resize: size,
    gaveUp: () => frame.replaceWith('Something went wrong. Try again later.'),
    later: (run, milliseconds) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
  });
  container.append(frame);

  function size({ width, height }: { width?: number; height?: number }) {
    if (width) frame.style.width = `${width}px`;
    if (height) frame.style.height = `${height}px`;
  }
  return {
    host,
    close() {
      host.stop();
      frame.remove();
    },
  };
}
