/**
 * Lightning shows a dialog over the whole page; one of a framed component would be cut off by its frame. While one is open
 * the frame lies over the whole CRM, see-through but for the dialog.
 */
import { useCallback, useEffect, useRef, useState } from 'react';

const seeThrough = 'html, body { background: none !important } main { visibility: hidden }';

export function useDialogInside(): [boolean, (framed: Document | null) => void] {
  const [isOpen, setOpen] = useState(false);
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), []);
  const watch = useCallback((framed: Document | null) => {
    stop.current();
    // Lightning hides the rest of its page from assistive technology while a dialog is open.
    const main = framed?.querySelector('main');
    if (!framed || !main) return;
    const style = framed.createElement('style');
    framed.head.append(style);
    const observer = new MutationObserver(() => {
      const isThere = main.getAttribute('aria-hidden') === 'true';
      style.textContent = isThere ? seeThrough : '';
      setOpen(isThere);
    });
    observer.observe(main, { attributeFilter: ['aria-hidden'] });
    stop.current = () => observer.disconnect();
  }, []);
  return [isOpen, watch];
}
