import { points, when } from 'c/salesosFormat';
import { evidenceLabels, fill, words } from 'c/salesosLabels';
import { api, LightningElement } from 'lwc';

/** The score as the sum of its lines; a rep can add them up. */
export default class SalesosScore extends LightningElement {
  /** The score of the cards' contract. */
  @api score;
  words = words;

  get sum() {
    const standing = fill(words.standing, this.score);
    const { lines } = this.score;
    return lines.length ? `${lines.map((line) => points(line.points)).join(' + ')} = ${standing}` : standing;
  }
  get total() {
    return points(this.score.lines.reduce((sum, line) => sum + line.points, 0));
  }
  get lines() {
    return this.score.lines.map((line) => ({
      key: `${line.at} ${line.label}`,
      label: `${line.label}, ${evidenceLabels[line.evidence]}`,
      explanation: line.explanation,
      when: when(line.at),
      atFirst: points(line.pointsAtFirst),
      today: points(line.points),
    }));
  }
  get asOf() {
    return fill(words.asOf, { when: when(this.score.asOf) });
  }
}
