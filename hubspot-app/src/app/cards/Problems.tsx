import { Alert, Text } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';

/** What a person must know or mend. */
export function Problems({ problems }: { problems: ContactCard['problems'] }) {
  return problems.map((problem) => (
    <Alert key={`${problem.code} ${problem.at}`} title={problem.sentence} variant="warning">
      <Text>{problem.howToFix}</Text>
    </Alert>
  ));
}
