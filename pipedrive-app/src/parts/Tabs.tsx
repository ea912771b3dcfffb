import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

interface TabOf<Id extends string> {
  id: Id;
  title: string;
  draw: () => ReactNode;
}

/** Tabs as keyboards and screen readers expect them: one stop, arrow keys between them. Only the open one is drawn. */
export function Tabs<Id extends string>({ tabs, label }: { tabs: TabOf<Id>[]; label: string }) {
  const [openId, setOpenId] = useState(tabs[0]?.id);
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const open = tabs.find(({ id }) => id === openId);

  function move(event: KeyboardEvent) {
    const index = tabs.findIndex(({ id }) => id === openId);
    const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = (target + tabs.length) % tabs.length;
    setOpenId(tabs[next]?.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  }

  return (
    <div className="tabs">
      <div role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${base}-${id}`}
            aria-selected={id === openId}
            aria-controls={`${base}-panel`}
            tabIndex={id === openId ? 0 : -1}
            onClick={() => setOpenId(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${openId}`}>
        {open?.draw()}
      </div>
    </div>
  );
}
