/** The bar at the foot of Lightning, with our tasks and replies of today. */
import { type ComponentProps, useState } from 'react';
import { ComponentFrame } from './component-frame.tsx';

type Host = Pick<ComponentProps<typeof ComponentFrame>, 'sandbox' | 'toast' | 'navigate'>;

export function UtilityBar(host: Host) {
  const [isOpen, setOpen] = useState(false);
  return (
    <footer className="sf-utility">
      {isOpen && (
        <section className="sf-utility-panel" aria-label="SalesOS today">
          <header>
            <h3>SalesOS today</h3>
            <button type="button" className="crm-close" aria-label="Close SalesOS today" onClick={() => setOpen(false)}>
              ×
            </button>
          </header>
          <div>
            <ComponentFrame {...host} component="salesosToday" title="SalesOS today" />
          </div>
        </section>
      )}
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        SalesOS today
      </button>
    </footer>
  );
}
