import type { GroupCard, PersonRow } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { type ReactNode, useMemo, useState } from 'react';
import { toneOfTier } from '../card/Headline.tsx';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { Tag } from '../parts/Tag.tsx';
import { type Page, surfaceOf } from '../platform/page.tsx';

interface Props {
  page: Page;
  objectType: string;
  recordId: string;
  /** What is drawn once one of them is chosen. */
  person: (row: PersonRow) => ReactNode;
}

/** The people of a deal or an organization; choosing one opens it, with the way back. */
export function GroupList({ page, objectType, recordId, person }: Props) {
  const { api, record } = useMemo(() => surfaceOf(page, objectType, recordId), [page, objectType, recordId]);
  const group = useLoaded<GroupCard>(`${objectType}:${recordId}`, () => api('/cards/group', record));
  const [chosen, setChosen] = useState<PersonRow | null>(null);

  function back() {
    setChosen(null);
    void group.reload();
  }

  if (!group.value) {
    if (group.failure && !group.loading) return <LoadFailed failure={group.failure} onRetry={group.reload} />;
    return <Spinner label="Looking for the people on this record" />;
  }
  const { name, people, notice } = group.value;
  if (chosen) {
    return (
      <div className="stack">
        <p className="row">
          <Button onClick={back} testId="back">{`‹ All people of ${name}`}</Button>
        </p>
        {person(chosen)}
      </div>
    );
  }
  return (
    <div className="stack">
      <h1>{`People of ${name}`}</h1>
      {people.length === 0 && (
        <Empty
          title="Nobody here yet"
          text="Link a person to this record in Pipedrive; then they appear here."
          testId="no-people"
        />
      )}
      {people.map((row) => (
        <article key={row.recordId} className="tile" data-testid={`person-${row.recordId}`}>
          <p className="row between">
            <strong>{row.name}</strong>
            <Tag tone={toneOfTier(row.tier)}>{`${row.score}, ${row.tierLabel}`}</Tag>
          </p>
          <p>{row.headline}</p>
          {row.cannotEnroll && <p className="hint">{row.cannotEnroll}</p>}
          <p className="row">
            <Button onClick={() => setChosen(row)} testId={`open-${row.recordId}`}>{`Open ${row.name}`}</Button>
          </p>
        </article>
      ))}
      {notice && <p className="hint">{notice}</p>}
    </div>
  );
}
