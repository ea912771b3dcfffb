/** Tabs of a record: one stop for the keyboard, arrows between them. */
import { type KeyboardEvent, type ReactNode, useRef } from 'react';

interface TabsProps<Name extends string> {
  names: readonly Name[];
  chosen: Name;
  choose: (name: Name) => void;
  children: ReactNode;
}

const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

export function Tabs<Name extends string>({ names, chosen, choose, children }: TabsProps<Name>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    const index = (names.indexOf(chosen) + step + names.length) % names.length;
    choose(names[index] ?? chosen);
    list.current?.querySelectorAll('button')[index]?.focus();
  };
  return (
    <>
      <div className="crm-tabs" role="tablist" aria-label="Record" ref={list} onKeyDown={move}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls={`panel-${name}`}
            aria-selected={chosen === name}
            tabIndex={chosen === name ? 0 : -1}
            onClick={() => choose(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`panel-${chosen}`} aria-labelledby={`tab-${chosen}`} className="crm-panel">
        {children}
      </div>
    </>
  );
}
