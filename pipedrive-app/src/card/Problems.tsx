import type { ContactCard } from '@salesos/shared/cards.ts';
import { Alert } from '../parts/Alert.tsx';

/** What a person must know or mend. */
export function Problems({ problems }: { problems: ContactCard['problems'] }) {
  return problems.map((problem) => (
    <Alert key={`${problem.code} ${problem.at}`} title={problem.sentence} tone="warning">
      <p>{problem.howToFix}</p>
    </Alert>
  ));
}
