/** An account's own name in its links, as in `links.acme.com`: an alias of our address, proven by DNS. */
import { type Ctx, inTransaction, type System, tenantContext } from '../../core/ctx.ts';
import { InvalidInput } from '../../core/errors.ts';
import { inParallel } from '../../core/jobs.ts';
import { type Dns, DnsUnanswered } from '../dns.ts';
import {
  changeSendSettings,
  hostHolder,
  insertSendSettings,
  readSendSettings,
  readVerifiedHost,
  takeHostsToCheck,
} from './send-settings-queries.ts';

declare module '../../core/ctx.ts' {
  interface Sockets {
    dns: Dns;
  }
}

const checkEverySeconds = 86_400;
/** DNS takes its time; whoever has just added the record does not want to wait a day. */
const pendingEverySeconds = 300;
const leaseSeconds = 120;
const atOnce = 20;
const hostShape = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Where the links of a mail lead: the account's own host while it is proven to be ours to use, else our public address. */
export async function linkOrigin(ctx: Ctx): Promise<string> {
  const verified = await readVerifiedHost(ctx, ctx.tenantId);
  return verified ? `https://${verified.host}` : ctx.settings.publicUrl;
}

/** Whether a certificate may be made for this host: somebody proved that it is meant to lead to us. */
export const isTrackingHost = async (system: System, host: string): Promise<boolean> =>
  (await hostHolder(system, host.toLowerCase())) !== null;

/** Sets or takes away the host. A new one is used as soon as DNS shows it. */
export async function setTrackingHost(ctx: Ctx, asked: string | null): Promise<void> {
  const host = asked?.trim().toLowerCase().replace(/\.$/, '') || null;
  const publicHost = publicHostOf(ctx);
  if (host && (!hostShape.test(host) || host === publicHost)) {
    const message = 'Give a subdomain of your own, as in links.yourcompany.com.';
    throw new InvalidInput(message, { fields: [{ pointer: '/trackingDomain', code: 'invalid', message }] });
  }
  await inTransaction(ctx, async (ctx) => {
    await insertSendSettings(ctx, null);
    const settings = await readSendSettings(ctx);
    if (settings?.trackingHost === host) return;
    await changeSendSettings(ctx, {
      trackingHost: host,
      trackingState: host ? 'pending' : 'none',
      trackingReason: host && howToAdd(host, publicHost),
      trackingCheckAt: host ? ctx.clock.now() : null,
    });
  });
}

/** Looks up the hosts whose turn it is: new ones often, proven ones daily. */
export async function checkTrackingHosts(system: System): Promise<boolean> {
  const now = system.clock.now();
  const due = await takeHostsToCheck(system, now, new Date(now.getTime() + leaseSeconds * 1000), atOnce);
  await inParallel(due, 4, ({ tenantId, trackingHost }) =>
    checkTrackingHost(tenantContext(system, tenantId), trackingHost),
  );
  return due.length === atOnce;
}

async function checkTrackingHost(ctx: Ctx, host: string): Promise<void> {
  const publicHost = publicHostOf(ctx);
  const after = (seconds: number) => new Date(ctx.clock.now().getTime() + seconds * 1000);
  const leadsToUs = await isAliasOf(ctx.sockets.dns, host, publicHost);
  // Nobody answered: what was true yesterday is believed a little longer.
  if (leadsToUs === null) return changeSendSettings(ctx, { trackingCheckAt: after(pendingEverySeconds) });
  await inTransaction(ctx, async (ctx) => {
    const settings = await readSendSettings(ctx);
    if (settings?.trackingHost !== host) return;
    const holder = await hostHolder(ctx, host);
    if (leadsToUs && holder !== null && holder !== ctx.tenantId)
      return changeSendSettings(ctx, {
        trackingState: 'lost',
        trackingReason: `${host} is used by another SalesOS account. Choose another name.`,
        trackingCheckAt: after(checkEverySeconds),
      });
    if (leadsToUs)
      return changeSendSettings(ctx, {
        trackingState: 'verified',
        trackingReason: `The links in your mails begin with https://${host}.`,
        trackingCheckAt: after(checkEverySeconds),
      });
    const wasVerified = settings.trackingState === 'verified' || settings.trackingState === 'lost';
    await changeSendSettings(ctx, {
      trackingState: wasVerified ? 'lost' : 'pending',
      trackingReason: wasVerified
        ? `${host} no longer leads to SalesOS, so links use ${publicHost} again. ${howToAdd(host, publicHost)}`
        : howToAdd(host, publicHost),
      trackingCheckAt: after(pendingEverySeconds),
    });
  });
}

/** Null when the name servers did not answer. */
async function isAliasOf(dns: Dns, host: string, target: string): Promise<boolean | null> {
  try {
    return (await dns.cname(host)).includes(target);
  } catch (error) {
    if (error instanceof DnsUnanswered) return null;
    throw error;
  }
}

const publicHostOf = (ctx: Ctx): string => new URL(ctx.settings.publicUrl).hostname;

const howToAdd = (host: string, publicHost: string): string =>
  `Add a CNAME record on ${host} that points to ${publicHost}. It is looked up every five minutes; until then links use ${publicHost}.`;
