/** The settings as the API and the card show them, with what is left to do before the first mail. */
import type { SettingsView } from '@salesos/shared/cards.ts';
import type { Ctx } from '../core/ctx.ts';
import { dayOf, isoDateOf, wallOf } from '../core/zoned-time.ts';
import { listMailboxes, type Mailbox } from '../email/index.ts';
import { connectionsOf, getTenant } from '../tenants/index.ts';

export async function readSettings(ctx: Ctx): Promise<Omit<SettingsView, 'canEdit'>> {
  // One after the other: it is also read inside a transaction, which has one connection.
  const tenant = await getTenant(ctx);
  const mailboxes = await listMailboxes(ctx);
  const connections = await connectionsOf(ctx);
  const shown = mailboxes.filter((mailbox) => mailbox.status !== 'disconnected');
  const step = (done: boolean, sentence: string) => ({ done, sentence });
  return {
    accountName: tenant.name,
    postalAddress: tenant.postalAddress,
    trackingLevel: tenant.trackingLevel,
    timeZone: tenant.timeZone,
    sandbox: ctx.settings.sandbox,
    mailboxes: shown.map((mailbox) => presentMailbox(ctx, mailbox)),
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

export function presentMailbox(ctx: Ctx, mailbox: Mailbox) {
  const { id, address, status, dailyCap, spacingSeconds } = mailbox;
  const sentToday = mailbox.sentOn === todayOf(ctx, mailbox.timeZone) ? mailbox.sentCount : 0;
  return {
    id,
    address,
    vendor: mailbox.vendor,
    vendorName: ctx.sockets.mailboxes.get(mailbox.vendor)?.name ?? mailbox.vendor,
    status,
    sentence: sentenceOn(mailbox, sentToday),
    dailyCap,
    spacingSeconds,
    sentToday,
  };
}

/** The day on which the mailbox's cap is counted: its own. */
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
