import type { Ctx } from '../core/ctx.ts';
import { type Engagement, readEngagement, readLastEngagement } from './queries.ts';

/** What a person did up to a moment, oldest first. */
export const listEngagement = (ctx: Ctx, contactId: string, until: Date): Promise<Engagement[]> =>
  readEngagement(ctx, [contactId], until);

/** The same for many people; somebody who did nothing has an empty list. */
export async function engagementOf(ctx: Ctx, contactIds: string[], until: Date): Promise<Map<string, Engagement[]>> {
  const byContact = Map.groupBy(await readEngagement(ctx, contactIds, until), (engagement) => engagement.contactId);
  return new Map(contactIds.map((id) => [id, byContact.get(id) ?? []]));
}

/** When this person last surely did something with a mail of ours. */
export const lastEngagedAt = (ctx: Ctx, contactId: string): Promise<Date | null> => readLastEngagement(ctx, contactId);
