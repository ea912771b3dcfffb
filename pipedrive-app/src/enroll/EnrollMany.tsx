import type { EnrolledMany } from '@salesos/shared/cards.ts';
import { useMemo, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import type { Page } from '../platform/page.tsx';
import { EnrollForm } from './EnrollForm.tsx';
import { mostAtOnce } from './most-at-once.ts';

const results = {
  enrolled: { label: 'Enrolled', tone: 'success' },
  already_in: { label: 'Already in', tone: 'neutral' },
  refused: { label: 'Not enrolled', tone: 'danger' },
} as const;

interface Props {
  page: Page;
  objectType: string;
  recordIds: string[];
  onClose: () => void;
}

/** Everyone chosen in a list into one sequence; each row says how it went. */
export function EnrollMany({ page, objectType, recordIds: chosen, onClose }: Props) {
  const recordIds = chosen.slice(0, mostAtOnce);
  const [first = ''] = recordIds;
  const [done, setDone] = useState<EnrolledMany | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was chosen in the list does not change while this is open.
  const api = useMemo(() => page.apiFor({ resource: objectType, view: 'list', selectedIds: recordIds }), []);
  if (done) return <Results done={done} onClose={onClose} />;
  const left = chosen.length - recordIds.length;
  return (
    <EnrollForm
      surface={{ api, dates: page.dates, record: { objectType, recordId: first } }}
      title={`Enroll ${recordIds.length} people in a sequence`}
      confirmLabel={`Enroll ${recordIds.length} people`}
      failedTitle="It is not known who was enrolled"
      previewNote={[
        'This is the preview for the first of them; the others get their own names and dates.',
        ...(left > 0 ? [`At most ${mostAtOnce} go at once: the other ${left} must be chosen again afterwards.`] : []),
      ].join(' ')}
      refusalBlocks={false}
      enroll={async (choice, idempotencyKey) => {
        const answer = await api('/cards/enroll/many', { objectType, recordIds, ...choice, idempotencyKey });
        page.tell(answer.message);
        setDone(answer);
      }}
      onCancel={onClose}
    />
  );
}

function Results({ done, onClose }: { done: EnrolledMany; onClose: () => void }) {
  return (
    <div className="enroll">
      <div className="stack scrolls" role="status">
        <h1 data-testid="many-message">{done.message}</h1>
        <table data-testid="many-results">
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {done.results.map((row) => (
              <tr key={row.recordId}>
                <td>{row.name ?? `Person ${row.recordId}`}</td>
                <td>
                  <Tag tone={results[row.result].tone}>{results[row.result].label}</Tag>
                  {row.message && <p className="hint">{row.message}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className="row end">
        <Button kind="primary" onClick={onClose} testId="close-results">
          Close
        </Button>
      </footer>
    </div>
  );
}
