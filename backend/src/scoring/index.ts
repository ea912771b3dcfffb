/** The score of a person: the sum of lines one can read. */
export { type Score, scoreOf, scoresOf } from './score-of.ts';
