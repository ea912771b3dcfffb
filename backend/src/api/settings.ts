/** The settings as the API and the card show them, with what is left to do before the first mail. */
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { Ctx } from '../core/ctx.ts';
import { dayOf, isoDateOf, wallOf } from '../core/zoned-time.ts';
import { listMailboxes, type Mailbox } from '../email/index.ts';
import { connectionsOf, getTenant, type Tenant } from '../tenants/index.ts';

export async function readSettings(ctx: Ctx): Promise<Omit<SettingsView, 'canEdit'>> {
  const [tenant, mailboxes, connections] = await Promise.all([getTenant(ctx), listMailboxes(ctx), connectionsOf(ctx)]);
  const shown = mailboxes.filter((mailbox) => mailbox.status !== 'disconnected');
  const step = (done: boolean, sentence: string) => ({ done, sentence });
  return {
    accountName: tenant.name,
    postalAddress: tenant.postalAddress,
    trackingLevel: tenant.trackingLevel,
    timeZone: tenant.timeZone,
    sandbox: ctx.settings.sandbox,
    mailboxes: shown.map((mailbox) => presentMailbox(ctx, tenant, mailbox)),
    checklist: [
      step(
        connections.some((connection) => connection.status === 'connected'),
        'Connect your CRM.',
      ),
      step(
        mailboxes.some((mailbox) => mailbox.status === 'connected'),
        'Connect a mailbox that the mails are sent from.',
      ),
      step(!!tenant.postalAddress, 'Enter your postal address: the law asks for it in every sequence mail.'),
    ],
  };
}

export function presentMailbox(ctx: Ctx, { timeZone }: Pick<Tenant, 'timeZone'>, mailbox: Mailbox) {
  const { id, address, status, dailyCap, spacingSeconds } = mailbox;
  const sentToday = mailbox.sentOn === todayOf(ctx, timeZone) ? mailbox.sentCount : 0;
  return {
    id,
    address,
    vendorName: ctx.sockets.mailboxes.get(mailbox.vendor)?.name ?? mailbox.vendor,
    status,
    sentence: sentenceOn(mailbox, sentToday),
    dailyCap,
    spacingSeconds,
    sentToday,
  };
}

/** The day on which the mailbox's cap is counted: the account's. */
const todayOf = (ctx: Ctx, zone: string) => isoDateOf(dayOf(wallOf(zone, ctx.clock.now().getTime())));

function sentenceOn({ status, statusReason, dailyCap }: Mailbox, sentToday: number): string {
  switch (status) {
    case 'connected':
      return sentToday >= dailyCap
        ? `All ${dailyCap} mails of today are sent; the next ones leave tomorrow.`
        : `Ready: ${sentToday} of ${dailyCap} mails sent today.`;
    case 'reconnect':
      return 'It must be connected again before it can send: the provider no longer lets us in.';
    case 'paused':
      return statusReason ?? 'Paused: nothing is sent from it.';
    case 'disconnected':
      return 'Disconnected: nothing is sent from it.';
  }
}
