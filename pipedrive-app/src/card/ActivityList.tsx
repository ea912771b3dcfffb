import type { ContactCard } from '@salesos/shared/cards.ts';
import { usePages } from '@salesos/shared/surface/use-pages.ts';
import { when } from '@salesos/shared/surface/when.ts';
import { cardWords, evidenceLabels } from '@salesos/shared/wording.ts';
import { Empty } from '../parts/Empty.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import type { Surface } from '../platform/page.tsx';

/** What happened with this person, newest first as the backend orders it. */
export function ActivityList({ first, surface }: { first: ContactCard['activity']; surface: Surface }) {
  const { api, record, dates } = surface;
  const pages = usePages(first, (cursor) => api('/cards/activity', { ...record, cursor }));
  if (pages.items.length === 0)
    return <Empty title={cardWords.nothingYet} text={cardWords.nothingYetText} testId="no-activity" />;
  return (
    <>
      {pages.items.map((item) => (
        <article key={item.id} className="tile" data-testid={`activity-${item.id}`}>
          <strong>{item.title}</strong>
          {item.detail && <p>{item.detail}</p>}
          <p className="hint">{when(item.at, dates) + (item.evidence ? `, ${evidenceLabels[item.evidence]}` : '')}</p>
        </article>
      ))}
      <MoreButton label={cardWords.olderActivity} {...pages} />
    </>
  );
}
