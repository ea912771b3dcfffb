import type { ContactCard } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useMemo } from 'react';
import { EnrollMany } from '../enroll/EnrollMany.tsx';
import { EnrollOne } from '../enroll/EnrollOne.tsx';
import { GroupList } from '../group/GroupList.tsx';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import { Command } from '../platform/open-sdk.ts';
import { type Page, surfaceOf } from '../platform/page.tsx';
import { whoToEnroll } from './who-to-enroll.ts';

/** Enrolling whoever was chosen: one person, one of a deal's people, or everyone marked in a list. */
export function EnrollModal({ page }: { page: Page }) {
  const who = whoToEnroll(page.where);
  const close = () => void page.sdk.execute(Command.CLOSE_MODAL).catch(() => {});
  if (who.kind === 'person') return <One page={page} recordId={who.recordId} onClose={close} />;
  if (who.kind === 'people')
    return <EnrollMany page={page} objectType="person" recordIds={who.recordIds} onClose={close} />;
  if (who.kind === 'group')
    return (
      <GroupList
        page={page}
        objectType={who.objectType}
        recordId={who.recordId}
        person={(row) => <One key={row.recordId} page={page} recordId={row.recordId} onClose={close} />}
      />
    );
  return (
    <div className="stack">
      <Empty title={who.title} text={who.text} testId="nobody" />
      <p className="row end">
        <Button onClick={close}>Close</Button>
      </p>
    </div>
  );
}

function One({ page, recordId, onClose }: { page: Page; recordId: string; onClose: () => void }) {
  const surface = useMemo(() => surfaceOf(page, 'person', recordId), [page, recordId]);
  const card = useLoaded<ContactCard>(recordId, () => surface.api('/cards/contact', surface.record));
  if (!card.value) {
    if (card.failure && !card.loading) return <LoadFailed failure={card.failure} onRetry={card.reload} />;
    return <Spinner label={cardWords.loadingCard} />;
  }
  const { person, cannotEnroll } = card.value;
  if (cannotEnroll) {
    return (
      <div className="stack">
        <h1>{person.name}</h1>
        <Alert title={cannotEnroll.sentence} tone="info" testId="cannot-enroll">
          <p>{cannotEnroll.howToFix}</p>
        </Alert>
        <p className="row end">
          <Button onClick={onClose}>Close</Button>
        </p>
      </div>
    );
  }
  return <EnrollOne personName={person.name} surface={surface} onEnrolled={onClose} onCancel={onClose} />;
}
