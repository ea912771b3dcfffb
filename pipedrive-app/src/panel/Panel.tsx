import { useMemo } from 'react';
import { PersonCard } from '../card/PersonCard.tsx';
import { GroupList } from '../group/GroupList.tsx';
import { Empty } from '../parts/Empty.tsx';
import { type Page, surfaceOf } from '../platform/page.tsx';

/** The panel on a record: the person, or the people of a deal or an organization. */
export function Panel({ page }: { page: Page }) {
  const { resource, selectedIds } = page.where;
  const [recordId] = selectedIds;
  if (!recordId)
    return <Empty title="No record is open" text="Open a person, a deal or an organization to see SalesOS here." />;
  if (resource === 'person') return <Person page={page} recordId={recordId} />;
  return (
    <GroupList
      page={page}
      objectType={resource}
      recordId={recordId}
      person={(row) => <Person page={page} recordId={row.recordId} />}
    />
  );
}

function Person({ page, recordId }: { page: Page; recordId: string }) {
  const surface = useMemo(() => surfaceOf(page, 'person', recordId), [page, recordId]);
  return <PersonCard surface={surface} />;
}
