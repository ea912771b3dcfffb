import type { SettingsView } from '@salesos/shared/cards.ts';
import { cardWords, fill, settingsWords } from '@salesos/shared/wording.ts';
import { Tag } from '../parts/Tag.tsx';

/** What is left to do before the first mail, in order. */
export function Checklist({ items }: { items: SettingsView['checklist'] }) {
  const left = items.filter((item) => !item.done).length;
  return (
    <section className="stack">
      <h2>{settingsWords.checklist}</h2>
      <p data-testid="checklist-summary">
        {left === 0 ? settingsWords.ready : fill(settingsWords.stepsLeft, { count: left, all: items.length })}
      </p>
      <ul className="plain">
        {items.map((item) => (
          <li key={item.sentence} className="row">
            <Tag tone={item.done ? 'success' : 'warning'}>
              {item.done ? cardWords.stepDone : settingsWords.stepToDo}
            </Tag>
            {item.sentence}
          </li>
        ))}
      </ul>
    </section>
  );
}
