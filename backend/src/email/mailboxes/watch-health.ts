/** A mailbox that does harm to its own name is paused, with the reason and what to do, until a person lets it go on. */
import type { EventData } from '@salesos/shared/events.ts';
import { type Ctx, type System, tenantContext } from '../../core/ctx.ts';
import { bouncingMailboxes, type RecentBounces, recentBounces } from './health-queries.ts';
import { pauseMailbox } from './mailboxes.ts';

/** So many of the last mails are looked at. */
const lastMails = 100;
/** Fewer say nothing. */
const leastMails = 20;
const mostHardBounces = 0.03;
/** A bounce may come days after its mail; and a mailbox that reaches its twentieth mail later is looked at then. */
const watchDays = 14;

/** More hard bounces than mail providers forgive. */
export const bouncesTooMuch = ({ sentCount, hardCount }: RecentBounces): boolean =>
  sentCount >= leastMails && hardCount / sentCount > mostHardBounces;

/** 5.7.x, 5.4.1 and 5.1.8 (RFC 3463): the sender or the words are refused, not the address. */
const isPolicyStatus = (code: string): boolean => /^5\.(?:7\.\d+|4\.1|1\.8)$/.test(code);

export async function watchBounce(ctx: Ctx, { mailboxId, ...bounce }: EventData<'email.bounced'>): Promise<void> {
  if (bounce.class === 'policy') await pauseForPolicy(ctx, mailboxId, bounce.status, bounce.diagnostic);
  if (bounce.class === 'hard') await watchBounceRate(ctx, mailboxId);
}

/** The provider refused at once what others send back later. */
export async function watchFailure(ctx: Ctx, { mailboxId, code, reason }: EventData<'email.failed'>): Promise<void> {
  if (isPolicyStatus(code)) await pauseForPolicy(ctx, mailboxId, code, reason);
}

export async function watchComplaint(ctx: Ctx, { mailboxId, contactId }: EventData<'email.complained'>): Promise<void> {
  await pauseMailbox(ctx, mailboxId, {
    cause: 'complaint',
    reason:
      'Paused: a recipient reported a mail from it as spam. Look at whom this sequence writes to and what it says, ' +
      'then press Resume. That person gets no more mail.',
    inputs: { contactId },
  });
}

/** Looks again at every mailbox with late bounces. */
export async function watchBounceRates(system: System): Promise<boolean> {
  const since = new Date(system.clock.now().getTime() - watchDays * 86_400_000);
  for (const { tenantId, id } of await bouncingMailboxes(system, since))
    await watchBounceRate(tenantContext(system, tenantId), id);
  return false;
}

async function watchBounceRate(ctx: Ctx, mailboxId: string): Promise<void> {
  const counts = await recentBounces(ctx, mailboxId, lastMails);
  if (!bouncesTooMuch(counts)) return;
  const { hardCount, sentCount } = counts;
  const share = Math.round((hardCount / sentCount) * 1000) / 10;
  await pauseMailbox(ctx, mailboxId, {
    cause: 'bounces',
    reason:
      `Paused: ${hardCount} of its last ${sentCount} mails (${share} %) went to addresses that do not exist; ` +
      'above 3 % providers begin to treat all its mail as spam. Check the addresses of the people who wait, then press Resume.',
    inputs: { ...counts },
  });
}

async function pauseForPolicy(ctx: Ctx, mailboxId: string, status: string | null, words: string): Promise<void> {
  const said = words.replace(/\s+/g, ' ').trim().slice(0, 200);
  const unproven = status !== null && /^5\.7\.(?:2\d|30|5\d\d)$/.test(status);
  const what = unproven
    ? 'a receiving server could not verify that its mail is really from your domain'
    : 'a receiving server refused its mail because of the sender or the words';
  const todo = unproven
    ? 'Mend what the check of your sending domain names, then press Resume.'
    : 'Read what the server says, look at the check of your sending domain and at your text, then press Resume.';
  await pauseMailbox(ctx, mailboxId, {
    cause: unproven ? 'authentication' : 'policy',
    reason: `Paused: ${what} (${[status, said].filter(Boolean).join(': ')}). ${todo}`,
    inputs: { status, diagnostic: said },
  });
}
