/** What `openIframeModal` opens. Only addresses of this machine are loaded; the page's policy sees to it. */
import { useEffect, useRef } from 'react';

export function FrameDialog({
  uri,
  width,
  height,
  title,
  close,
}: {
  uri: string;
  width: number;
  height: number;
  title?: string;
  close: () => void;
}) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog
      ref={box}
      className="hs hs-modal hs-modal-lg"
      aria-label={title ?? 'Dialog'}
      onClose={close}
      style={{ width, maxWidth: '95vw' }}
    >
      <div className="hs-overlay-box">
        <header className="hs-overlay-head">
          <h2>{title}</h2>
          <button type="button" className="hs-overlay-close" aria-label="Close" onClick={close}>
            ×
          </button>
        </header>
        <iframe src={uri} title={title ?? 'Page of the app'} style={{ width: '100%', height, border: 0 }} />
      </div>
    </dialog>
  );
}
