import { EmptyState, Flex, LoadingSpinner, Text, Tile } from '@hubspot/ui-extensions';
import type { CardResponse } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { usePages } from '@salesos/shared/surface/use-pages.ts';
import { when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { LoadFailed } from './LoadFailed.tsx';
import { MoreButton } from './MoreButton.tsx';
import type { Surface } from './platform.ts';

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
  return <LoadingSpinner label={cardWords.loadingReasons} showLabel />;
}

function Decisions({ first, surface }: { first: { items: Decision[]; nextCursor: string | null }; surface: Surface }) {
  const pages = usePages(first, (cursor) => decisionPage(surface, cursor));
  if (pages.items.length === 0) {
    return (
      <EmptyState title={cardWords.noChoices} layout="vertical" imageName="idea" testId="no-decisions">
        <Text>{cardWords.noChoicesText}</Text>
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="xs">
      {pages.items.map((decision) => (
        <Tile key={decision.id} compact testId={`decision-${decision.id}`}>
          <Text format={{ fontWeight: 'demibold' }}>{decision.outcome}</Text>
          <Text>{decision.reason}</Text>
          <Text variant="microcopy">
            {fill(cardWords.rule, { when: when(decision.at, surface.dates), version: decision.ruleVersion })}
          </Text>
        </Tile>
      ))}
      <MoreButton label={cardWords.olderChoices} {...pages} />
    </Flex>
  );
}
