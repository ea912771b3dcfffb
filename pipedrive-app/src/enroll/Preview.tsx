import type { EnrollPreview } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useEffect } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { Spinner } from '../parts/Spinner.tsx';
import type { Surface } from '../platform/page.tsx';
import { PreviewStep } from './PreviewStep.tsx';

interface Props {
  sequenceId: string;
  mailboxId: string;
  surface: Pick<Surface, 'api' | 'record' | 'dates'>;
  /** Called once the preview is on screen, with what it says. */
  onReady: (preview: EnrollPreview) => void;
}

/** What would happen with this choice; nothing is stored by looking. */
export function Preview({ sequenceId, mailboxId, surface, onReady }: Props) {
  const { api, record, dates } = surface;
  const { value, failure, loading, reload } = useLoaded<EnrollPreview>(`${sequenceId}:${mailboxId}`, () =>
    api('/cards/enroll/preview', { ...record, sequenceId, mailboxId }),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: one call per answer, whatever function the parent passes.
  useEffect(() => {
    if (value) onReady(value);
  }, [value]);

  if (!value) {
    if (failure && !loading) return <LoadFailed failure={failure} onRetry={reload} />;
    return <Spinner label={cardWords.workingOutDates} />;
  }
  return (
    <section className="stack" aria-label={cardWords.wouldHappen}>
      {value.refusal && (
        <Alert title={value.refusal.sentence} tone="danger" testId="refusal">
          <p>{value.refusal.howToFix}</p>
        </Alert>
      )}
      <h2>{value.refusal ? cardWords.sequenceHolds : cardWords.wouldHappen}</h2>
      {value.steps.map((step) => (
        <PreviewStep key={step.index} step={step} dates={dates} />
      ))}
    </section>
  );
}
