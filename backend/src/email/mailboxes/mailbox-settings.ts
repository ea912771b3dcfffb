import type { MailboxChange } from '@salesos/shared/cards.ts';
import type { Ctx } from '../../core/ctx.ts';
import { InvalidInput } from '../../core/errors.ts';
import { dayOf, isoDateOf, isZone, wallOf } from '../../core/zoned-time.ts';
import { countersAt, mailboxCeilings, tightest } from '../delivery/allowance.ts';
import { listMailboxRows, updateMailboxRow } from './mailbox-queries.ts';
import { getMailbox, type Mailbox, mailboxVendor } from './mailboxes.ts';

/** Changes what is given of a mailbox: its name and signature, where replies go, how much it sends and when. */
export async function updateMailbox(ctx: Ctx, id: string, change: MailboxChange): Promise<Mailbox> {
  const mailbox = await getMailbox(ctx, id);
  const { limits, name } = mailboxVendor(ctx, mailbox.vendor);
  const { displayName, signature, replyTo, aliases, ramp, workingHours, timeZone, ...rest } = change;
  if (rest.dailyCap !== undefined && rest.dailyCap > limits.sendsPerDay)
    throw wrong('/dailyCap', `${name} takes at most ${limits.sendsPerDay} mails a day.`);
  if (timeZone !== undefined && !isZone(timeZone))
    throw wrong('/timeZone', `“${timeZone}” is no time zone. Use a name such as Europe/Berlin.`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (displayName && /[\u0000-\u001f\u007f]/.test(displayName))
    throw wrong('/displayName', 'The name must be on one line.');
  const set = {
    ...rest,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(displayName === undefined ? {} : { displayName: displayName || null }),
    ...(signature === undefined ? {} : { signature: signature || null }),
    ...(replyTo === undefined ? {} : await replyTarget(ctx, mailbox, replyTo)),
    ...(aliases === undefined ? {} : { aliases: ownAliases(mailbox, aliases) }),
    ...(workingHours === undefined ? {} : { workingHours: workingHours && JSON.stringify(workingHours) }),
    ...(ramp === undefined ? {} : { ramp: ramp && JSON.stringify(begunToday(ctx, mailbox, timeZone, ramp)) }),
  };
  if (Object.values(set).every((value) => value === undefined)) return mailbox;
  return (await updateMailboxRow(ctx, id, set)) ?? mailbox;
}

/** Where a mailbox stands today: its smallest daily limit, and the sentence when a limit is reached. */
export function allowanceToday(ctx: Ctx, mailbox: Mailbox) {
  const now = ctx.clock.now();
  const { sentCount, hourCount } = countersAt(mailbox, now);
  const providerDailyCap = ctx.sockets.mailboxes.get(mailbox.vendor)?.limits.sendsPerDay ?? mailbox.dailyCap;
  const pace = { ...mailbox, providerDailyCap, sentToday: sentCount, sentThisHour: hourCount };
  const ceilings = mailboxCeilings(pace, now);
  const daily = mailboxCeilings({ ...pace, hourlyCap: null }, now);
  const reached = tightest(ceilings.filter(({ used, most }) => used >= most));
  return { sentToday: sentCount, limitToday: Math.min(...daily.map(({ most }) => most)), reached };
}

/** Answers must arrive where they are read: in this mailbox, or in another one of the account that is connected. */
async function replyTarget(ctx: Ctx, mailbox: Mailbox, asked: string | null) {
  const address = asked?.toLowerCase();
  if (!address || address === mailbox.address) return { replyTo: null, replyToMailboxId: null };
  const readers = (await listMailboxRows(ctx)).filter(({ status }) => status === 'connected' || status === 'paused');
  const reader = readers.find((box) => box.address === address || box.aliases.includes(address));
  if (!reader)
    throw wrong(
      '/replyTo',
      `Replies to ${address} would be seen by nobody, and sequences would go on after a reply. Connect that mailbox first, or add the address to the other addresses of a connected mailbox.`,
    );
  return { replyTo: address, replyToMailboxId: reader.id === mailbox.id ? null : reader.id };
}

const ownAliases = (mailbox: Mailbox, aliases: string[]): string[] =>
  [...new Set(aliases.map((alias) => alias.toLowerCase()))].filter((alias) => alias !== mailbox.address);

/** A ramp that is changed begins today; one that is saved as it was goes on. */
function begunToday(ctx: Ctx, mailbox: Mailbox, zone = mailbox.timeZone, ramp: NonNullable<MailboxChange['ramp']>) {
  const { startPerDay, addPerDay } = ramp;
  const before = mailbox.ramp;
  const same = before?.startPerDay === startPerDay && before.addPerDay === addPerDay;
  const since = same ? before.since : isoDateOf(dayOf(wallOf(zone, ctx.clock.now().getTime())));
  return { startPerDay, addPerDay, since };
}

const wrong = (pointer: string, message: string) =>
  new InvalidInput(message, { fields: [{ pointer, code: 'invalid', message }] });
