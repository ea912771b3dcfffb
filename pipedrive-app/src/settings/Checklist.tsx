import type { SettingsView } from '@salesos/shared/cards.ts';
import { Tag } from '../parts/Tag.tsx';

/** What is left to do before the first mail, in order. */
export function Checklist({ items }: { items: SettingsView['checklist'] }) {
  const left = items.filter((item) => !item.done).length;
  return (
    <section className="stack">
      <h2>Before the first mail</h2>
      <p data-testid="checklist-summary">
        {left === 0 ? 'Everything is ready: mails can be sent.' : `${left} of ${items.length} still to do.`}
      </p>
      <ul className="plain">
        {items.map((item) => (
          <li key={item.sentence} className="row">
            <Tag tone={item.done ? 'success' : 'warning'}>{item.done ? 'Done' : 'To do'}</Tag>
            {item.sentence}
          </li>
        ))}
      </ul>
    </section>
  );
}
