import type { EventData } from '@salesos/shared/events.ts';
import type { Ctx } from '../../core/ctx.ts';
import { listMailboxes, pauseMailbox } from './mailboxes.ts';

/** A colleague removed SalesOS from their CRM: nothing is sent from their mailboxes until somebody resumes them. */
export async function restMailboxes(ctx: Ctx, { memberId, crm }: EventData<'member.left'>): Promise<void> {
  const crmName = ctx.sockets.oauth.get(crm)?.name ?? crm;
  for (const { id, ownerMemberId } of await listMailboxes(ctx))
    if (ownerMemberId === memberId)
      await pauseMailbox(ctx, id, {
        cause: 'member_left',
        reason: `Its owner removed SalesOS from ${crmName}. To go on sending from it, press Resume in the settings.`,
        inputs: { memberId, crm },
      });
}
