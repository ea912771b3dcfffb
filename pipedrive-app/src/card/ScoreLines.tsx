import type { ContactCard } from '@salesos/shared/cards.ts';
import { sumOf, sumSentence } from '@salesos/shared/surface/score-sum.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, evidenceLabels, fill } from '@salesos/shared/wording.ts';
import { Empty } from '../parts/Empty.tsx';

/** The score as the sum of its lines; a rep can add them up. */
export function ScoreLines({ score, dates }: { score: ContactCard['score']; dates: DateStyle }) {
  return (
    <>
      <p data-testid="score-sum">{sumSentence(score)}</p>
      {score.lines.length === 0 ? (
        <Empty title={cardWords.noPoints} text={cardWords.noPointsText} testId="no-score-lines" />
      ) : (
        <table data-testid="score-lines">
          <thead>
            <tr>
              <th scope="col">{cardWords.whatTheyDid}</th>
              <th scope="col" className="number">
                {cardWords.pointsThatDay}
              </th>
              <th scope="col" className="number">
                {cardWords.pointsToday}
              </th>
            </tr>
          </thead>
          <tbody>
            {score.lines.map((line) => (
              <tr key={`${line.at} ${line.label}`}>
                <td>
                  {`${line.label}, ${evidenceLabels[line.evidence]}`}
                  <p className="hint">{line.explanation}</p>
                  <p className="hint">{when(line.at, dates)}</p>
                </td>
                <td className="number">{line.pointsAtFirst.toFixed(1)}</td>
                <td className="number">{line.points.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={2}>
                {cardWords.scoreTotal}
              </th>
              <td className="number">{sumOf(score.lines).toFixed(1)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {score.notCounted && <p data-testid="not-counted">{score.notCounted}</p>}
      <p className="hint">{fill(cardWords.asOf, { when: when(score.asOf, dates) })}</p>
    </>
  );
}
