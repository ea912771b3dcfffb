import type { EventName } from '@salesos/shared/events.ts';
import type { Ctx } from '../src/core/ctx.ts';

/** What a tenant announced under a name, oldest first. */
export const eventsNamed = (ctx: Ctx, name: EventName) =>
  ctx.db
    .selectFrom('event')
    .select(['contactId', 'data'])
    .where('tenantId', '=', ctx.tenantId)
    .where('name', '=', name)
    .orderBy('id')
    .execute();

export const eventData = async (ctx: Ctx, name: EventName) => (await eventsNamed(ctx, name)).map(({ data }) => data);
