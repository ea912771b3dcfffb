import type { CardResponse } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { usePages } from '@salesos/shared/surface/use-pages.ts';
import { when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Empty } from '../parts/Empty.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import type { Surface } from '../platform/page.tsx';

type Decision = CardResponse<'/cards/decisions'>['decisions'][number];

async function decisionPage({ api, record }: Surface, cursor: string | null) {
  const { decisions, nextCursor } = await api('/cards/decisions', { ...record, cursor });
  return { items: decisions, nextCursor };
}

/** Each automatic choice with the reason it was made for; read anew with every card (`asOf`). */
export function DecisionList({ surface, asOf }: { surface: Surface; asOf: string }) {
  const first = useLoaded(`${surface.record.recordId} ${asOf}`, () => decisionPage(surface, null));
  if (first.value) return <Decisions first={first.value} surface={surface} />;
  if (first.failure && !first.loading) return <LoadFailed failure={first.failure} onRetry={first.reload} />;
  return <Spinner label={cardWords.loadingReasons} />;
}

function Decisions({ first, surface }: { first: { items: Decision[]; nextCursor: string | null }; surface: Surface }) {
  const pages = usePages(first, (cursor) => decisionPage(surface, cursor));
  if (pages.items.length === 0)
    return <Empty title={cardWords.noChoices} text={cardWords.noChoicesText} testId="no-decisions" />;
  return (
    <>
      {pages.items.map((decision) => (
        <article key={decision.id} className="tile" data-testid={`decision-${decision.id}`}>
          <strong>{decision.outcome}</strong>
          <p>{decision.reason}</p>
          <p className="hint">
            {fill(cardWords.rule, { when: when(decision.at, surface.dates), version: decision.ruleVersion })}
          </p>
        </article>
      ))}
      <MoreButton label={cardWords.olderChoices} {...pages} />
    </>
  );
}
