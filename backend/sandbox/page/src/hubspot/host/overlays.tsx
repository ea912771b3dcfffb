/** Overlays of a card: what a Button's `overlay` opens, and the registry that lets a card open and close them by id. */
import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

type SetOpen = (open: boolean) => void;

/** One per running card. */
export interface OverlayRegistry {
  set(id: string, open: boolean): void;
  register(id: string, setOpen: SetOpen): () => void;
}

export function createOverlayRegistry(): OverlayRegistry {
  const known = new Map<string, SetOpen>();
  return {
    set: (id, open) => known.get(id)?.(open),
    register(id, setOpen) {
      known.set(id, setOpen);
      return () => known.delete(id);
    },
  };
}

export const RegistryContext = createContext<OverlayRegistry>(createOverlayRegistry());
const OverlayContext = createContext<{ open: boolean; setOpen: SetOpen } | null>(null);

/** What HubSpot hands to a handler beside the event. */
export function useReactions() {
  const registry = useContext(RegistryContext);
  return useMemo(() => {
    const open = (id: string) => registry.set(id, true);
    const close = (id: string) => registry.set(id, false);
    return { openPanel: open, openModal: open, closePanel: close, closeModal: close };
  }, [registry]);
}

/** Wires a component's `overlay`: `show()` on click, `layer` to be drawn beside the component. */
export function useOverlay(overlay: ReactNode) {
  const [open, setOpen] = useState(false);
  const layer = overlay ? <OverlayContext.Provider value={{ open, setOpen }}>{overlay}</OverlayContext.Provider> : null;
  return { show: () => setOpen(true), layer };
}

interface OverlayProps {
  id: string;
  title?: string;
  'aria-label'?: string;
  width?: string;
  variant?: string;
  children?: ReactNode;
  onOpen?: () => void;
  onClose?: () => void;
}

function Overlay({ shape, ...props }: OverlayProps & { shape: 'modal' | 'panel' }) {
  const parent = useContext(OverlayContext);
  const own = useState(false);
  const [open, setOpen] = parent ? [parent.open, parent.setOpen] : own;
  const registry = useContext(RegistryContext);
  useEffect(() => registry.register(props.id, setOpen), [registry, props.id, setOpen]);
  if (!open) return null;
  return createPortal(<OverlayBox {...props} shape={shape} close={() => setOpen(false)} />, document.body);
}

function OverlayBox(props: OverlayProps & { shape: 'modal' | 'panel'; close: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const callbacks = useRef(props);
  callbacks.current = props;
  useEffect(() => {
    box.current?.showModal();
    callbacks.current.onOpen?.();
    return () => callbacks.current.onClose?.();
  }, []);
  const size = ['lg', 'large'].includes(props.width ?? '')
    ? 'lg'
    : ['md', 'medium'].includes(props.width ?? '')
      ? 'md'
      : 'sm';
  return (
    <dialog
      ref={box}
      className={`hs hs-${props.shape} hs-${props.shape}-${size}`}
      data-danger={props.variant === 'danger' || undefined}
      aria-labelledby={props.title ? titleId : undefined}
      aria-label={props.title ? undefined : (props['aria-label'] ?? 'Dialog')}
      onClose={props.close}
      onClick={(event) => event.target === box.current && props.close()}
      onKeyDown={() => undefined}
    >
      <div className="hs-overlay-box">
        <header className="hs-overlay-head">
          <h2 id={titleId}>{props.title}</h2>
          <button type="button" className="hs-overlay-close" aria-label="Close" onClick={props.close}>
            ×
          </button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}

export const Modal = (props: OverlayProps) => <Overlay {...props} shape="modal" />;
export const Panel = (props: OverlayProps) => <Overlay {...props} shape="panel" />;
export const OverlayBody = ({ children }: { children?: ReactNode }) => (
  <div className="hs-overlay-body">{children}</div>
);
export const OverlayFooter = ({ children }: { children?: ReactNode }) => (
  <footer className="hs-overlay-foot">{children}</footer>
);
export const PanelSection = ({ children, flush }: { children?: ReactNode; flush?: boolean }) => (
  <section className={flush ? undefined : 'hs-panel-section'}>{children}</section>
);

/** Shown by CSS while the element it belongs to is hovered or holds the focus. */
export const Tooltip = ({ children, placement = 'top' }: { children?: ReactNode; placement?: string }) => (
  <span role="tooltip" className="hs-tooltip" data-placement={placement}>
    {children}
  </span>
);
