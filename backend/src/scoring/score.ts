/** The engagement score of a person at a moment: the sum of lines one can read, each tied to one thing the person did. */
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { EvidenceGrade } from '@salesos/shared/events.ts';
import { tierOf } from '@salesos/shared/wording.ts';
import { DAY } from '../core/zoned-time.ts';
import { components, freshness, HALF_LIFE_DAYS, millionths, roundTogether } from './formula.ts';

export interface EngagementFact {
  id: string;
  kind: keyof typeof components;
  at: Date;
  evidence: EvidenceGrade;
  /** The subject of the mail, for the label. */
  subject: string | null;
}

interface RankedFact extends EngagementFact {
  /** 0 is the newest of its kind. */
  rank: number;
  /** The rank it had when it happened: 0, unless several happened in the same millisecond. */
  rankAtFirst: number;
  ageDays: number;
  millionths: number;
}

/**
 * The score at a moment, from the facts up to then; later facts are left out, so any past score can be computed again.
 * Only what a person surely did counts; the rest is told in `notCounted`. One more human fact, at whatever time, never
 * lowers the score of any moment. The points of the lines add up to `value` exactly.
 */
export function scoreLines(facts: readonly EngagementFact[], at: Date): ContactCard['score'] {
  const known = facts.filter((fact) => fact.at <= at);
  const human = known.filter((fact) => fact.evidence === 'human');
  const ranked = kinds.flatMap((kind) => rankByAge(human, kind, at)).sort((a, b) => b.millionths - a.millionths);
  const { sum, parts } = roundTogether(ranked.map((fact) => fact.millionths));
  const tier = tierOf(sum);
  return {
    value: sum,
    tier: tier.tier,
    tierLabel: tier.label,
    lines: ranked.flatMap((fact, index) => (parts[index] === 0 ? [] : [toLine(fact, parts[index]!)])),
    notCounted: describeNotCounted(
      known,
      ranked.filter((_, index) => parts[index] === 0),
    ),
    asOf: at.toISOString(),
  };
}

const kinds = ['replied', 'clicked', 'opened'] as const;

function rankByAge(human: readonly EngagementFact[], kind: EngagementFact['kind'], at: Date): RankedFact[] {
  const newestFirst = human
    .filter((fact) => fact.kind === kind)
    .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : 1));
  return newestFirst.map((fact, rank) => {
    const ageDays = Math.floor((at.getTime() - fact.at.getTime()) / DAY);
    const rankAtFirst = rank - newestFirst.findIndex((other) => other.at.getTime() === fact.at.getTime());
    return { ...fact, rank, rankAtFirst, ageDays, millionths: millionths(kind, rank, ageDays) };
  });
}

function toLine(fact: RankedFact, points: number): ContactCard['score']['lines'][number] {
  return {
    label: `${labels[fact.kind]} ${fact.subject ? `“${fact.subject}”` : 'a mail'}`,
    points,
    pointsAtFirst: roundTogether([millionths(fact.kind, fact.rankAtFirst, 0)]).sum,
    at: fact.at.toISOString(),
    evidence: fact.evidence,
    explanation: explain(fact),
  };
}

const labels = { replied: 'Replied to', clicked: 'Clicked a link in', opened: 'Opened' };
const nouns = { replied: ['reply', 'replies'], clicked: ['click', 'clicks'], opened: ['open', 'opens'] } as const;
const ordinals = ['', 'second ', 'third ', 'fourth ', 'fifth '];

function explain({ kind, rank, ageDays }: RankedFact): string {
  const fresh = roundTogether([millionths(kind, rank, 0)]).sum;
  const worth = `The ${ordinals[rank]}newest ${nouns[kind][0]} is worth ${fresh} points when fresh.`;
  if (ageDays === 0) return `${worth} It is less than a day old.`;
  const share = freshness(ageDays) < 0.01 ? 'less than 1%' : `${Math.round(freshness(ageDays) * 100)}%`;
  const age = `${ageDays} day${ageDays === 1 ? '' : 's'}`;
  return `${worth} After ${age}, ${share} of that is left: points halve every ${HALF_LIFE_DAYS} days.`;
}

function describeNotCounted(known: readonly EngagementFact[], worthNothing: readonly RankedFact[]): string | null {
  const parts = kinds.flatMap((kind) => {
    const { steps } = components[kind];
    const say = (count: number, what: string) => (count === 0 ? [] : [`${countOf(count, kind)} ${what}`]);
    const seen = (evidence: EvidenceGrade) =>
      known.filter((fact) => fact.kind === kind && fact.evidence === evidence).length;
    const surplus = worthNothing.filter((fact) => fact.kind === kind && fact.rank >= steps.length).length;
    const faded = worthNothing.filter((fact) => fact.kind === kind && fact.rank < steps.length).length;
    return [
      ...say(seen('machine'), 'by mail programs'),
      ...say(seen('likely'), 'that may not have been a person'),
      ...say(surplus, `beyond the newest ${steps.length}`),
      ...say(faded, 'too old to add anything'),
    ];
  });
  return parts.length === 0 ? null : `Not counted: ${parts.join(', ')}.`;
}

function countOf(count: number, kind: EngagementFact['kind']): string {
  return `${count} ${nouns[kind][count === 1 ? 0 : 1]}`;
}
