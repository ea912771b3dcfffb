import type { Clock } from '../src/core/clock.ts';
import type { Trouble } from '../src/email/mailbox.harness.ts';
import type { MailboxAccount, MailboxVendor } from '../src/email/mailbox.ts';
import { type AcceptedMail, Crash, type IncomingMail, incomingMail, type SendBehaviour } from './model-provider.ts';

/** A mail provider as a schedule needs it: unreliable on demand, and honest about its history. */
export interface SimulatedProvider {
  vendor: MailboxVendor;
  /** Everything accepted so far, oldest first. */
  sent: AcceptedMail[];
  /** What the next sends do. */
  behaviours: SendBehaviour[];
  /** Puts a mail into an inbox, visible from now on. Returns its place in history. */
  receive(mailbox: string, mail: IncomingMail): number;
  /** The place in history up to which a reading that ended at this cursor, begun not before `since`, had looked. */
  seenUpTo(mailboxId: string, cursor: string, since: Date): number;
  onEachCall(callback: () => void): void;
  dieWhen(check: () => boolean): void;
  close(): Promise<void>;
}

/** A real vendor's code with its fake behind it. */
export interface VendorOnFake {
  vendor: MailboxVendor;
  /** The account by which the fake knows this mailbox. */
  accountOf(address: string): MailboxAccount;
  deliver(address: string, raw: Buffer): void;
  sentOf(address: string): { ownMessageId: string | null; wireMessageId: string }[];
  trouble(trouble: Trouble): void;
  close(): Promise<void>;
}

/** Seconds after which a search that finds nothing may be believed, so that what was lost is settled in time. */
export const settledAfterSeconds = 600;

/**
 * Runs schedules over a vendor's own code. Its calls go over the wire to the fake; what was accepted is read off the fake's
 * ledger after each call, so the provider's history has one order.
 */
export function simulate(on: VendorOnFake, clock: Clock): SimulatedProvider {
  const sent: AcceptedMail[] = [];
  const behaviours: SendBehaviour[] = [];
  const readings: { mailboxId: string; cursor: string; upTo: number; at: number }[] = [];
  const offered = new Map<string, string>();
  let sequence = 0;
  let onCall: () => void = () => {};
  let isDead: () => boolean = () => false;

  const step = () => {
    if (isDead()) throw new Crash('this process is gone');
    onCall();
  };
  function noteAccepted(mailbox: string): void {
    const known = sent.filter((mail) => mail.mailbox === mailbox).length;
    for (const { ownMessageId, wireMessageId } of on.sentOf(mailbox).slice(known)) {
      const messageIdHeader = ownMessageId ?? wireMessageId;
      const to = offered.get(messageIdHeader) ?? '';
      sent.push({ mailbox, to, messageIdHeader, wireMessageId, at: clock.now(), sequence: ++sequence });
    }
  }

  const vendor: MailboxVendor = {
    ...on.vendor,
    id: 'model',
    async send({ address }, mail) {
      step();
      offered.set(mail.messageIdHeader, mail.to);
      const behaviour = behaviours.shift() ?? 'accept';
      if (behaviour === 'crash_before') throw new Crash('before the provider had it');
      if (behaviour === 'lose_request') return { outcome: 'unknown', reason: 'the request was lost' };
      if (behaviour === 'accept_and_lose_answer') on.trouble({ on: 'send', kind: 'answer lost' });
      if (behaviour === 'defer') on.trouble({ on: 'send', kind: 'rate limit in seconds' });
      const result = await on.vendor.send(on.accountOf(address), mail);
      noteAccepted(address);
      if (behaviour === 'crash_after') throw new Crash('after the provider had it');
      return result;
    },
    async findSent({ address }, search) {
      step();
      return on.vendor.findSent(on.accountOf(address), search);
    },
    async readSent({ address }, providerMessageId) {
      step();
      return on.vendor.readSent(on.accountOf(address), providerMessageId);
    },
    async listNew({ address, mailboxId }, cursor, resyncFrom) {
      step();
      const [upTo, at] = [sequence, clock.now().getTime()];
      const page = await on.vendor.listNew(on.accountOf(address), cursor, resyncFrom);
      readings.push({ mailboxId, cursor: page.cursor, upTo, at });
      return page;
    },
    watch: async () => null,
  };

  return {
    vendor,
    sent,
    behaviours,
    receive(mailbox, mail) {
      sequence++;
      on.deliver(mailbox, incomingMail(mailbox, mail, sequence, clock.now()));
      return sequence;
    },
    seenUpTo: (mailboxId, cursor, since) =>
      readings.find((read) => read.mailboxId === mailboxId && read.cursor === cursor && read.at >= since.getTime())
        ?.upTo ?? 0,
    onEachCall(callback) {
      onCall = callback;
    },
    dieWhen(check) {
      isDead = check;
    },
    close: on.close,
  };
}
