import { StatusTag, Table, TableBody, TableCell, TableHead, TableHeader, TableRow, Text } from '@hubspot/ui-extensions';
import type { CardEnrollment } from '@salesos/shared/cards.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';

const states = {
  done: { label: 'Done', variant: 'success' },
  current: { label: 'Next', variant: 'info' },
  upcoming: { label: 'Later', variant: 'default' },
  skipped: { label: 'Skipped', variant: 'warning' },
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
          <TableHeader width="min">Step</TableHeader>
          <TableHeader>What</TableHeader>
          <TableHeader>When</TableHeader>
          <TableHeader width="min">State</TableHeader>
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
            <TableCell>{step.at ? when(step.at, dates) : 'Not known yet'}</TableCell>
            <TableCell>
              <StatusTag variant={states[step.state].variant}>{states[step.state].label}</StatusTag>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
