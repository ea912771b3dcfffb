import { StatusTag, Table, TableBody, TableCell, TableHead, TableHeader, TableRow, Text } from '@hubspot/ui-extensions';
import type { CardEnrollment } from '@salesos/shared/cards.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords } from '@salesos/shared/wording.ts';

const states = {
  done: { label: cardWords.stepDone, variant: 'success' },
  current: { label: cardWords.stepCurrent, variant: 'info' },
  upcoming: { label: cardWords.stepUpcoming, variant: 'default' },
  skipped: { label: cardWords.stepSkipped, variant: 'warning' },
} as const;

interface Props {
  steps: CardEnrollment['steps'];
  dates: DateStyle;
  sequenceName: string;
}

/** The steps in order: what, when, and why not otherwise. */
export function StepTimeline({ steps, dates, sequenceName }: Props) {
  return (
    <Table density="condensed" testId={`steps of ${sequenceName}`}>
      <TableHead>
        <TableRow>
          <TableHeader width="min">{cardWords.step}</TableHeader>
          <TableHeader>{cardWords.what}</TableHeader>
          <TableHeader>{cardWords.when}</TableHeader>
          <TableHeader width="min">{cardWords.state}</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {steps.map((step) => (
          <TableRow key={step.index}>
            <TableCell>{step.index + 1}</TableCell>
            <TableCell>
              <Text>{step.label}</Text>
              {step.why && <Text variant="microcopy">{step.why}</Text>}
            </TableCell>
            <TableCell>{step.at ? when(step.at, dates) : cardWords.notKnownYet}</TableCell>
            <TableCell>
              <StatusTag variant={states[step.state].variant}>{states[step.state].label}</StatusTag>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
