import { Alert, Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { EnrollPreview as Preview } from '@salesos/shared/cards.ts';
import { useLoaded } from '@salesos/shared/surface/use-loaded.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { useEffect } from 'react';
import { LoadFailed } from './LoadFailed.tsx';
import { PreviewStep } from './PreviewStep.tsx';
import type { Surface } from './platform.ts';

interface Props {
  sequenceId: string;
  mailboxId: string;
  surface: Surface;
  /** Called once the preview is on screen; false when it says that the contact would be refused. */
  onReady: (canEnroll: boolean) => void;
}

/** What would happen with this choice; nothing is stored by looking. */
export function EnrollPreview({ sequenceId, mailboxId, surface, onReady }: Props) {
  const { api, record, dates } = surface;
  const preview = useLoaded<Preview>(`${sequenceId}:${mailboxId}`, () =>
    api('/cards/enroll/preview', { ...record, sequenceId, mailboxId }),
  );
  const value = preview.value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one call per answer, whatever function the parent passes.
  useEffect(() => {
    if (value) onReady(value.refusal === null);
  }, [value]);

  if (!value) {
    if (preview.failure && !preview.loading) return <LoadFailed failure={preview.failure} onRetry={preview.reload} />;
    return <LoadingSpinner label={cardWords.workingOutDates} showLabel />;
  }
  return (
    <Flex direction="column" gap="sm">
      {value.refusal && (
        <Alert title={value.refusal.sentence} variant="danger" testId="refusal">
          <Text>{value.refusal.howToFix}</Text>
        </Alert>
      )}
      <Text format={{ fontWeight: 'demibold' }}>{value.refusal ? cardWords.sequenceHolds : cardWords.wouldHappen}</Text>
      {value.steps.map((step) => (
        <PreviewStep key={step.index} step={step} dates={dates} />
      ))}
    </Flex>
  );
}
