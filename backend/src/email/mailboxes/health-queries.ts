import { sql } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';

export interface RecentBounces {
  sentCount: number;
  hardCount: number;
}

/** Of the last mails of a mailbox, since a rule last paused it or it was connected: how many there are, and how many bounced for good. */
export async function recentBounces(ctx: Ctx, mailboxId: string, most: number): Promise<RecentBounces> {
  const { rows } = await sql<RecentBounces>`
    select count(*)::int as sent_count, (count(*) filter (where exists (
      select from inbound_message i where i.tenant_id = last.tenant_id and i.message_id = last.id and i.kind = 'bounce'
        and i.bounce->>'class' = 'hard' and not coalesce((i.bounce->>'delayed')::boolean, false))))::int as hard_count
    from (
      select m.tenant_id, m.id from message m join mailbox b on b.tenant_id = m.tenant_id and b.id = m.mailbox_id
      where m.tenant_id = ${ctx.tenantId} and m.mailbox_id = ${mailboxId} and m.state = 'sent' and m.sent_at is not null
        and (b.health_since is null or m.sent_at > b.health_since)
      order by m.sent_at desc limit ${most}) last`.execute(ctx.db);
  return rows[0]!;
}

/** Across tenants: the sending mailboxes to which a hard bounce came since then. */
export async function bouncingMailboxes(system: System, since: Date): Promise<{ tenantId: string; id: string }[]> {
  const { rows } = await sql<{ tenantId: string; id: string }>`
    select distinct b.tenant_id, b.id from inbound_message i
    join message m on m.tenant_id = i.tenant_id and m.id = i.message_id
    join mailbox b on b.tenant_id = m.tenant_id and b.id = m.mailbox_id and b.status = 'connected'
    where i.kind = 'bounce' and i.created_at >= ${since} and i.bounce->>'class' = 'hard'`.execute(system.db);
  return rows;
}
