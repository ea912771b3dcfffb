import type { EventName } from '@salesos/shared/events.ts';
import { sql } from 'kysely';
import type { Ctx } from './ctx.ts';

/** Facts that were announced, newest first. `before` is the id of the last one seen; `messageId` needs the contact for its index. */
export async function listEvents(
  ctx: Ctx,
  filter: {
    contactId?: string;
    messageId?: string;
    names?: readonly EventName[];
    before: string | null;
    limit: number;
  },
) {
  let query = ctx.db.selectFrom('event').selectAll().where('tenantId', '=', ctx.tenantId);
  if (filter.contactId) query = query.where('contactId', '=', filter.contactId);
  if (filter.messageId) query = query.where(sql`data->>'messageId'`, '=', filter.messageId);
  if (filter.names) query = query.where('name', 'in', filter.names);
  if (filter.before) query = query.where('id', '<', filter.before);
  return query.orderBy('id', 'desc').limit(filter.limit).execute();
}
