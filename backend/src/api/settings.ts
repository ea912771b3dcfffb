/** The settings as the API and the card show them, with what is left to do before the first mail. */
import type { SendingChange, SettingsView } from '@salesos/shared/cards.ts';
import { describeMoment } from '../compliance/index.ts';
import { type SamePersonQuestion, samePersonQuestions } from '../contacts/index.ts';
import { type Ctx, inTransaction } from '../core/ctx.ts';
import { InvalidInput } from '../core/errors.ts';
import { allowanceToday, listMailboxes, type Mailbox, readSending, updateSending } from '../email/index.ts';
import { connectionsOf, getTenant, updateTenant } from '../tenants/index.ts';
import { isoOrNull } from './present.ts';

export async function readSettings(ctx: Ctx): Promise<Omit<SettingsView, 'canEdit'>> {
  // One after the other: it is also read inside a transaction, which has one connection.
  const tenant = await getTenant(ctx);
  const mailboxes = await listMailboxes(ctx);
  const connections = await connectionsOf(ctx);
  const statuses = new Set(mailboxes.map((mailbox) => mailbox.status));
  const shown = mailboxes.filter((mailbox) => mailbox.status !== 'disconnected');
  const step = (done: boolean, sentence: string) => ({ done, sentence });
  return {
    accountName: tenant.name,
    postalAddress: tenant.postalAddress,
    trackingLevel: tenant.trackingLevel,
    timeZone: tenant.timeZone,
    sandbox: ctx.settings.sandbox,
    crms: connections.map((connection) => presentConnection(ctx, connection)),
    samePersonPolicy: tenant.samePersonPolicy,
    samePersonQuestions: (await samePersonQuestions(ctx)).map((question) =>
      presentQuestion(ctx, connections, question),
    ),
    mailLogging: takesCopies(ctx, connections) ? tenant.mailLogging : null,
    mailboxes: shown.map((mailbox) => presentMailbox(ctx, mailbox)),
    sending: await presentSending(ctx),
    checklist: [
      step(
        connections.some((connection) => connection.status === 'connected'),
        'Connect your CRM.',
      ),
      step(
        statuses.has('connected'),
        // One that is paused is connected already.
        !statuses.has('connected') && statuses.has('paused')
          ? 'Resume a mailbox: nothing is sent while it is paused.'
          : 'Connect a mailbox that the mails are sent from.',
      ),
      step(!!tenant.postalAddress, 'Enter your postal address: the law asks for it in every sequence mail.'),
    ],
  };
}

type Connections = Awaited<ReturnType<typeof connectionsOf>>;

const takesCopies = (ctx: Ctx, connections: Connections): boolean =>
  connections.some(({ crm, status }) => status === 'connected' && ctx.sockets.crms.get(crm)?.offersMailCopies);

export function presentConnection(ctx: Ctx, connection: Connections[number]): SettingsView['crms'][number] {
  const { id, crm, accountId, status, statusReason, problems } = connection;
  const crmName = ctx.sockets.crms.get(crm)?.name ?? crm;
  const sentences = {
    connected:
      problems.map(({ sentence, howToFix }) => `${sentence} ${howToFix}`).join(' ') ||
      'Connected: people are read from it, and what happens is written back.',
    reconnect: `An admin must connect it again. ${statusReason ?? ''}`.trim(),
    uninstalled: 'SalesOS was removed there: nothing is read or written. Connect it again to go on.',
  };
  return { id, crm, crmName, accountId, status, sentence: sentences[status] };
}

/** Each record of the two people, to be opened and compared. */
function presentQuestion(
  ctx: Ctx,
  connections: Connections,
  { id, people: [one, other] }: SamePersonQuestion,
): SettingsView['samePersonQuestions'][number] {
  const address = other.addresses.find((address) => one.addresses.includes(address)) ?? other.addresses[0] ?? '';
  const people = [one, other].flatMap(({ name, records }) =>
    records.flatMap(({ crm, recordId }) => {
      const vendor = ctx.sockets.crms.get(crm);
      const connection = connections.find((connection) => connection.crm === crm);
      if (!vendor || !connection) return [];
      return [{ crm, crmName: vendor.name, name, url: vendor.recordUrl(connection, recordId) }];
    }),
  );
  return { id, address, people };
}

/** Changes what is given, of the account and of how it sends. */
export async function changeSettings(
  ctx: Ctx,
  { accountDailyCap, recipientDomainDailyCap, trackingDomain, ...account }: SettingsChange,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    await updateSending(ctx, { accountDailyCap, recipientDomainDailyCap, trackingDomain });
    if (account.mailLogging === 'smart_bcc' && !takesCopies(ctx, await connectionsOf(ctx)))
      throw new InvalidInput('No connected CRM takes copies of mails: only Pipedrive does.', {
        code: 'no_mail_copies',
      });
    await updateTenant(ctx, account);
  });
}

type SettingsChange = SendingChange & Parameters<typeof updateTenant>[1];

async function presentSending(ctx: Ctx): Promise<SettingsView['sending']> {
  const { domains, ...sending } = await readSending(ctx);
  return {
    ...sending,
    domains: domains.map(({ domain, checkedAt, findings }) => ({ domain, checkedAt: isoOrNull(checkedAt), findings })),
  };
}

export function presentMailbox(ctx: Ctx, mailbox: Mailbox): SettingsView['mailboxes'][number] {
  const { sentToday, limitToday } = allowanceToday(ctx, mailbox);
  const { id, address, vendor, status, displayName, signature, replyTo, aliases, timeZone, workingHours } = mailbox;
  const { dailyCap, hourlyCap, spacingSeconds, ramp } = mailbox;
  return {
    id,
    address,
    vendor,
    vendorName: ctx.sockets.mailboxes.get(vendor)?.name ?? vendor,
    status,
    sentence: sentenceOn(ctx, mailbox),
    displayName,
    signature,
    replyTo,
    aliases,
    dailyCap,
    hourlyCap,
    ramp: ramp && { startPerDay: ramp.startPerDay, addPerDay: ramp.addPerDay },
    workingHours,
    timeZone,
    spacingSeconds,
    sentToday,
    limitToday,
  };
}

function sentenceOn(ctx: Ctx, mailbox: Mailbox): string {
  const { status, statusReason, timeZone, dailyCap } = mailbox;
  const { limitToday, reached } = allowanceToday(ctx, mailbox);
  switch (status) {
    case 'connected': {
      if (reached)
        return `Waits until ${describeMoment(reached.freeAt, ctx.clock.now(), timeZone)}: ${reached.because}.`;
      const less = limitToday < dailyCap ? ' It sends less while it is new, and more each day.' : '';
      return `Ready to send.${less}`;
    }
    case 'reconnect':
      return 'It must be connected again before it can send: the provider no longer lets us in.';
    case 'paused':
      return statusReason ?? 'Paused: nothing is sent from it.';
    case 'disconnected':
      return 'Disconnected: nothing is sent from it.';
  }
}
