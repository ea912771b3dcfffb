import { EmptyState, Flex, Text, Tile } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { usePages } from '@salesos/shared/surface/use-pages.ts';
import { when } from '@salesos/shared/surface/when.ts';
import { cardWords, evidenceLabels } from '@salesos/shared/wording.ts';
import { MoreButton } from './MoreButton.tsx';
import type { Surface } from './platform.ts';

/** What happened with this contact, newest first as the backend orders it. */
export function ActivityList({ first, surface }: { first: ContactCard['activity']; surface: Surface }) {
  const { api, record, dates } = surface;
  const pages = usePages(first, (cursor) => api('/cards/activity', { ...record, cursor }));
  if (pages.items.length === 0) {
    return (
      <EmptyState title={cardWords.nothingYet} layout="vertical" imageName="emailConfirmation" testId="no-activity">
        <Text>{cardWords.nothingYetText}</Text>
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="xs">
      {pages.items.map((item) => (
        <Tile key={item.id} compact testId={`activity-${item.id}`}>
          <Text format={{ fontWeight: 'demibold' }}>{item.title}</Text>
          {item.detail && <Text>{item.detail}</Text>}
          <Text variant="microcopy">
            {when(item.at, dates) + (item.evidence ? `, ${evidenceLabels[item.evidence]}` : '')}
          </Text>
        </Tile>
      ))}
      <MoreButton label={cardWords.olderActivity} {...pages} />
    </Flex>
  );
}
