import {
  EmptyState,
  Flex,
  Table,
  TableBody,
  TableCell,
  TableFooter,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { sumOf, sumSentence } from '@salesos/shared/surface/score-sum.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, evidenceLabels, fill } from '@salesos/shared/wording.ts';

/** The score as the sum of its lines; a rep can add them up. */
export function ScoreLines({ score, dates }: { score: ContactCard['score']; dates: DateStyle }) {
  return (
    <Flex direction="column" gap="sm">
      <Text testId="score-sum">{sumSentence(score)}</Text>
      {score.lines.length === 0 ? (
        <EmptyState title={cardWords.noPoints} layout="vertical" imageName="target" testId="no-score-lines">
          <Text>{cardWords.noPointsText}</Text>
        </EmptyState>
      ) : (
        <Table density="condensed" testId="score-lines">
          <TableHead>
            <TableRow>
              <TableHeader>{cardWords.whatTheyDid}</TableHeader>
              <TableHeader>{cardWords.when}</TableHeader>
              <TableHeader align="right">{cardWords.pointsThatDay}</TableHeader>
              <TableHeader align="right">{cardWords.pointsToday}</TableHeader>
            </TableRow>
          </TableHead>
          <TableBody>
            {score.lines.map((line) => (
              <TableRow key={`${line.at} ${line.label}`}>
                <TableCell>
                  <Text>{`${line.label}, ${evidenceLabels[line.evidence]}`}</Text>
                  <Text variant="microcopy">{line.explanation}</Text>
                </TableCell>
                <TableCell>{when(line.at, dates)}</TableCell>
                <TableCell align="right">{line.pointsAtFirst.toFixed(1)}</TableCell>
                <TableCell align="right">{line.points.toFixed(1)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
          <TableFooter>
            <TableRow>
              <TableCell colSpan={3}>{cardWords.scoreTotal}</TableCell>
              <TableCell align="right">{sumOf(score.lines).toFixed(1)}</TableCell>
            </TableRow>
          </TableFooter>
        </Table>
      )}
      {score.notCounted && <Text testId="not-counted">{score.notCounted}</Text>}
      <Text variant="microcopy">{fill(cardWords.asOf, { when: when(score.asOf, dates) })}</Text>
    </Flex>
  );
}
