/** A dialog over the whole page, with a title and a way out; its look comes with the class names. */
import { type CSSProperties, type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogProps {
  className: string;
  title: string;
  style?: CSSProperties;
  close: () => void;
  children: ReactNode;
}

export function Dialog({ className, title, style, close, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} className={className} aria-labelledby={titleId} onClose={close} style={style}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="crm-close" aria-label="Close" onClick={close}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
