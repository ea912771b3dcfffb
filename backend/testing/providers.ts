/** The providers a schedule can run over: a model in memory, and each vendor's own code on its fake. */
import type { Clock, HandClock } from '../src/core/clock.ts';
import * as google from '../src/vendors/google/mailbox.harness.ts';
import * as microsoft from '../src/vendors/microsoft/mailbox.harness.ts';
import * as mailServer from '../src/vendors/smtp/mailbox.harness.ts';
import { createModelProvider } from './model-provider.ts';
import { type SimulatedProvider, simulate, type VendorOnFake } from './simulated-provider.ts';

export const providerNames = ['model', 'google', 'microsoft', 'smtp'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A provider with these mailboxes. Where it begins for a mailbox that was just connected is the cursor `firstCursor`. */
export async function startProvider(
  name: ProviderName,
  clock: Clock,
  addresses: string[],
): Promise<SimulatedProvider & { firstCursor: string | null }> {
  if (name === 'model') return { ...createModelProvider(clock), firstCursor: '0', close: async () => {} };
  return { ...simulate(await vendors[name](movedElsewhere(clock), addresses), clock), firstCursor: null };
}

/** The vendors' harnesses move their clock; here it is moved by whoever made it. */
function movedElsewhere({ now }: Clock): HandClock {
  const refuse = () => {
    throw new Error('this clock is moved elsewhere');
  };
  return { now, set: refuse, advance: refuse };
}

type StartVendor = (clock: HandClock, addresses: string[]) => Promise<VendorOnFake>;

const vendors: Record<Exclude<ProviderName, 'model'>, StartVendor> = {
  async google(clock, addresses) {
    const started = await google.startGoogle({ clock });
    const { fake, close } = started;
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale');
    return {
      vendor: started.google.mailbox,
      accountOf: once((address) => google.accountOf(started, undefined, address)),
      deliver: (address, raw) => fake.deliver(address, raw),
      sentOf: fake.sentOf,
      trouble: (trouble) => google.addTrouble(fake, trouble),
      close,
    };
  },
  async microsoft(clock, addresses) {
    const started = await microsoft.startMicrosoft({ clock });
    const { fake, close } = started;
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale');
    return {
      vendor: started.microsoft.mailbox,
      accountOf: once((address) => microsoft.accountOf(started, undefined, address)),
      deliver: (address, raw) => fake.deliver(address, raw),
      sentOf: fake.sentOf,
      trouble: (trouble) => microsoft.addTrouble(fake, trouble),
      close,
    };
  },
  async smtp(clock, addresses) {
    const { fake, close, mailbox, servers } = await mailServer.startMailServer({ clock });
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale', mailServer.repPassword);
    return {
      vendor: mailbox,
      accountOf: once((address) => mailServer.passwordAccount({ ...servers, user: address }, address)),
      deliver: (address, raw) => void fake.deliver(address, raw),
      sentOf: (address) =>
        fake.sentOf(address).map(({ ownMessageId }) => ({ ownMessageId, wireMessageId: ownMessageId ?? '' })),
      trouble: (trouble) => fake.troubles.next(mailServer.asServerTrouble(trouble)),
      close,
    };
  },
};

/** One account per mailbox: its tokens live as long as the schedule. */
function once<T>(make: (address: string) => T): (address: string) => T {
  const made = new Map<string, T>();
  return (address) => {
    const known = made.get(address) ?? make(address);
    made.set(address, known);
    return known;
  };
}
