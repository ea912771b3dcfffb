import type { ContactCard } from '@salesos/shared/cards.ts';
import type { Ctx } from '../core/ctx.ts';
import { type Engagement, engagementOf, listEngagement } from '../engagement/index.ts';
import { type EngagementFact, scoreLines } from './score.ts';

export type Score = ContactCard['score'];

const kinds = { open: 'opened', click: 'clicked', reply: 'replied' } as const;

const toFact = ({ id, kind, at, evidence, label }: Engagement): EngagementFact => ({
  id,
  kind: kinds[kind],
  at,
  evidence,
  subject: label || null,
});

/** The score of a person at a moment, now or past, as the sum of its lines. Somebody unknown has done nothing. */
export async function scoreOf(ctx: Ctx, contactId: string, at: Date): Promise<Score> {
  return scoreLines((await listEngagement(ctx, contactId, at)).map(toFact), at);
}

/** The same for many people. */
export async function scoresOf(ctx: Ctx, contactIds: string[], at: Date): Promise<Map<string, Score>> {
  const engagement = await engagementOf(ctx, contactIds, at);
  return new Map([...engagement].map(([contactId, list]) => [contactId, scoreLines(list.map(toFact), at)]));
}
