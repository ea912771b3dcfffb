import type { SendingChange } from '@salesos/shared/cards.ts';
import { type Ctx, inTransaction } from '../../core/ctx.ts';
import { changeSendSettings, insertSendSettings, readSendSettings } from './send-settings-queries.ts';
import { listSendingDomains, type SendingDomain } from './sending-domains.ts';
import { setTrackingHost } from './tracking-host.ts';

/** How the account sends over all its mailboxes. */
export interface Sending {
  accountDailyCap: number | null;
  recipientDomainDailyCap: number | null;
  trackingDomain: { host: string; state: 'pending' | 'verified' | 'lost'; sentence: string } | null;
  domains: SendingDomain[];
}

export async function readSending(ctx: Ctx): Promise<Sending> {
  const settings = await readSendSettings(ctx);
  const { trackingHost: host = null, trackingState: state = 'none', trackingReason = null } = settings ?? {};
  return {
    accountDailyCap: settings?.accountDailyCap ?? null,
    recipientDomainDailyCap: settings?.recipientDomainDailyCap ?? null,
    trackingDomain: host && state !== 'none' ? { host, state, sentence: trackingReason ?? '' } : null,
    domains: await listSendingDomains(ctx),
  };
}

/** Changes what is given; null takes a limit or the tracking domain away. */
export async function updateSending(ctx: Ctx, change: SendingChange): Promise<void> {
  const { trackingDomain, accountDailyCap, recipientDomainDailyCap } = change;
  await inTransaction(ctx, async (ctx) => {
    if (trackingDomain !== undefined) await setTrackingHost(ctx, trackingDomain);
    const caps = {
      ...(accountDailyCap === undefined ? {} : { accountDailyCap }),
      ...(recipientDomainDailyCap === undefined ? {} : { recipientDomainDailyCap }),
    };
    if (Object.keys(caps).length === 0) return;
    await insertSendSettings(ctx, null);
    await changeSendSettings(ctx, caps);
  });
}
