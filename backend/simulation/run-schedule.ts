import { type HandClock, handClock } from '../src/core/clock.ts';
import { type Ctx, type Sockets, type System, tenantContext } from '../src/core/ctx.ts';
import { newId } from '../src/core/ids.ts';
import { createDelivery } from '../src/email/delivery/deliver.ts';
import { getMessageRow } from '../src/email/delivery/message-queries.ts';
import type { ReplyCheck } from '../src/email/delivery/messages.ts';
import { settleLapsed } from '../src/email/delivery/settle.ts';
import { nudgeMailbox } from '../src/email/index.ts';
import { syncDue } from '../src/email/reading/sync-mailbox.ts';
import { mortal } from '../testing/crash-point.ts';
import { addContact, addMailbox, addMessage } from '../testing/fixtures.ts';
import { type ProviderName, startProvider } from '../testing/providers.ts';
import { type SimulatedProvider, settledAfterSeconds } from '../testing/simulated-provider.ts';
import { type Happening, mailboxes as mailboxCount, people as peopleCount } from './schedule.ts';

/** A provider call takes this long in simulated time. */
const callMilliseconds = 150;
const start = new Date('2027-03-26T08:00:00Z');
const personAddress = (person: number) => `person${person}@prospect.example`;
const mailboxAddress = (mailbox: number) => `rep${mailbox}@sender.example`;

export interface Report {
  sent: number;
  answers: number;
  cancelled: number;
  /** From the moment the inboxes were asked to the moment the provider had the mail, in milliseconds, the longest. */
  longestWindowMilliseconds: number;
  /** Answers that arrived inside such a window, which nobody can catch. */
  insideWindow: number;
}

interface Reply {
  person: number;
  mailboxId: string;
  /** Its place in the provider's history. */
  sequence: number;
}

/** Runs one schedule in a tenant of its own and checks both promises. Throws a sentence when one is broken. */
export async function runSchedule(
  base: System,
  happenings: Happening[],
  over: ProviderName = 'model',
): Promise<Report> {
  const addresses = Array.from({ length: mailboxCount }, (_, n) => mailboxAddress(n));
  const clock = handClock(start);
  const provider = await startProvider(over, clock, addresses);
  try {
    return await run(base, happenings, provider, clock);
  } finally {
    await provider.close();
  }
}

async function run(
  base: System,
  happenings: Happening[],
  provider: Awaited<ReturnType<typeof startProvider>>,
  clock: HandClock,
): Promise<Report> {
  const sockets = {
    mailboxes: new Map([['model', provider.vendor]]),
    crms: new Map(),
    oauth: new Map(),
  } as unknown as Sockets;
  const system: System = { ...base, clock, sockets };
  const ctx = await newTenant(system);
  const boxes: string[] = [];
  for (let n = 0; n < mailboxCount; n++)
    boxes.push(await addMailbox(ctx, { address: mailboxAddress(n), cursor: provider.firstCursor }));
  const people: { contactId: string; enrollmentId: string; steps: number }[] = [];
  for (let n = 0; n < peopleCount; n++)
    people.push({
      contactId: await addContact(ctx, { address: personAddress(n) }),
      enrollmentId: newId(clock.now()),
      steps: 0,
    });
  const enrolledAt = clock.now();
  /** Answers of people, in the provider's order. */
  const replies: Reply[] = [];
  const messages: { id: string; person: number }[] = [];

  function answer(person: number, mailbox: number, what: Extract<Happening, { kind: 'answer' }>['what']): void {
    const last = provider.sent.findLast(
      (mail) => mail.to === personAddress(person) && mail.mailbox === mailboxAddress(mailbox),
    );
    // A bounce, or an answer from an address we never wrote to, only makes sense for a mail that arrived.
    if (!last && what !== 'human') return;
    const inReplyTo = last?.wireMessageId;
    const mail = { subject: 'Re: Hello Kim', text: 'Sounds good.', ...(inReplyTo ? { inReplyTo } : {}) };
    const from = what === 'human_other_address' ? `private${person}@home.example` : personAddress(person);
    if (what === 'absence')
      provider.receive(mailboxAddress(mailbox), {
        ...mail,
        from,
        subject: 'Automatic reply: Hello Kim',
        headers: ['Auto-Submitted: auto-replied'],
      });
    else if (what === 'stranger')
      provider.receive(mailboxAddress(mailbox), {
        from: 'news@shop.example',
        subject: 'Sale',
        text: 'Buy',
        headers: ['Precedence: bulk', 'List-Id: <shop>'],
      });
    else if (what === 'bounce')
      provider.receive(mailboxAddress(mailbox), {
        ...mail,
        from: 'mailer-daemon@sender.example',
        subject: 'Delivery delayed',
        text: 'Still trying',
      });
    else {
      const sequence = provider.receive(mailboxAddress(mailbox), { ...mail, from });
      // A mail to a colleague who never wrote to them is found by the regular reading of that inbox, not by the check.
      if (last) replies.push({ person, mailboxId: boxes[mailbox]!, sequence });
    }
  }

  async function work(happening: Extract<Happening, { kind: 'work' }>): Promise<void> {
    const process = mortal(system, happening.dieAt ?? Number.POSITIVE_INFINITY);
    let calls = 0;
    provider.dieWhen(process.isDead);
    provider.onEachCall(() => {
      clock.advance(callMilliseconds / 1000);
      if (++calls === happening.answerAtCall?.call)
        answer(happening.answerAtCall.person, happening.answerAtCall.mailbox, 'human');
    });
    const run = (on: System) =>
      createDelivery()
        .run(on)
        .catch(() => false);
    // The second worker lives on; only the first may die.
    await Promise.all(
      happening.workers === 2 && happening.dieAt === null ? [run(process.system), run(system)] : [run(process.system)],
    );
    provider.dieWhen(() => false);
    provider.onEachCall(() => {});
  }

  for (const happening of happenings) {
    switch (happening.kind) {
      case 'schedule': {
        const person = people[happening.person]!;
        const id = await addMessage(ctx, {
          contactId: person.contactId,
          mailboxId: boxes[happening.mailbox]!,
          toAddress: personAddress(happening.person),
          enrollmentId: person.enrollmentId,
          stepIndex: person.steps++,
          repliesSince: enrolledAt,
          replyInThread: person.steps > 1,
        });
        messages.push({ id, person: happening.person });
        break;
      }
      case 'answer':
        answer(happening.person, happening.mailbox, happening.what);
        break;
      case 'notice':
        for (let n = 0; n < happening.times; n++) {
          await nudgeMailbox(system, 'model', mailboxAddress(happening.mailbox));
          await syncDue(system);
        }
        break;
      case 'send_behaviour':
        provider.behaviours.push(happening.behaviour);
        break;
      case 'work':
        await work(happening);
        break;
      case 'settle':
        await settleLapsed(system);
        break;
      case 'jump':
        clock.advance(happening.seconds);
    }
  }
  // Whatever was begun comes to an end.
  provider.behaviours.length = 0;
  for (let seconds = 0; seconds <= 2 * settledAfterSeconds; seconds += 125) {
    clock.advance(125);
    await settleLapsed(system);
    await createDelivery().run(system);
  }
  return judge(ctx, provider, messages, replies);
}

async function judge(
  ctx: Ctx,
  { sent, seenUpTo }: SimulatedProvider,
  messages: { id: string; person: number }[],
  replies: Reply[],
): Promise<Report> {
  const report: Report = {
    sent: sent.length,
    answers: replies.length,
    cancelled: 0,
    longestWindowMilliseconds: 0,
    insideWindow: 0,
  };
  for (const { id, person } of messages) {
    const row = (await getMessageRow(ctx, id))!;
    const accepted = sent.filter((mail) => mail.messageIdHeader === row.messageIdHeader);
    if (accepted.length > 1) throw new Error(`Message ${id} was sent ${accepted.length} times.`);
    if (row.state === 'cancelled') report.cancelled++;
    if (row.state === 'claimed' || row.state === 'sending') throw new Error(`Message ${id} was left in ${row.state}.`);
    const [mail] = accepted;
    if ((row.state === 'sent') !== (mail !== undefined))
      throw new Error(`Message ${id} is ${row.state}, but the provider ${mail ? 'has' : 'does not have'} it.`);
    if (!mail) continue;
    const check = row.replyCheck as ReplyCheck | null;
    if (!check || check.mailboxes.length === 0) throw new Error(`Message ${id} was sent without a reply check.`);
    const since = new Date(check.startedAt);
    const seen = new Map(
      check.mailboxes.map(({ mailboxId, cursor }) => [mailboxId, cursor ? seenUpTo(mailboxId, cursor, since) : 0]),
    );
    const before = replies.filter((reply) => reply.person === person && reply.sequence < mail.sequence);
    if (before.some((reply) => reply.sequence <= (seen.get(reply.mailboxId) ?? 0)))
      throw new Error(`Message ${id} was sent after a reply that was visible.`);
    report.insideWindow += before.length;
    report.longestWindowMilliseconds = Math.max(
      report.longestWindowMilliseconds,
      mail.at.getTime() - Date.parse(check.startedAt),
    );
  }
  // An unavoidable miss lies inside one window: a reply older than that should have been seen.
  if (report.insideWindow > 0 && report.longestWindowMilliseconds > 20 * callMilliseconds)
    throw new Error('A reply check was too old when it was used.');
  return report;
}

async function newTenant(system: System): Promise<Ctx> {
  const id = newId(system.clock.now());
  await system.db
    .insertInto('tenant')
    .values({ id, name: 'Simulated', postalAddress: '1 Main Street', createdAt: system.clock.now() })
    .execute();
  return tenantContext({ ...system, log: system.log }, id);
}
