/** The providers a schedule can run over: a model in memory, and each vendor's own code on its fake. */
import { type HandClock, handClock } from '../src/core/clock.ts';
import * as google from '../src/vendors/google/mailbox.harness.ts';
import * as microsoft from '../src/vendors/microsoft/mailbox.harness.ts';
import * as mailServer from '../src/vendors/smtp/mailbox.harness.ts';
import { createModelProvider } from '../testing/model-provider.ts';
import { type SimulatedProvider, simulate, type VendorOnFake } from './provider.ts';

export const providerNames = ['model', 'google', 'microsoft', 'smtp'] as const;
export type ProviderName = (typeof providerNames)[number];

export interface Started {
  provider: SimulatedProvider;
  clock: HandClock;
}

/** A provider with these mailboxes; the clock is the one it lives by. */
export async function startProvider(name: ProviderName, start: Date, addresses: string[]): Promise<Started> {
  if (name === 'model') {
    const clock = handClock(start);
    return { clock, provider: { ...createModelProvider(clock), close: async () => {} } };
  }
  const { clock, on } = await vendors[name](addresses);
  clock.set(start);
  return { clock, provider: simulate(on, clock) };
}

type StartVendor = (addresses: string[]) => Promise<{ clock: HandClock; on: VendorOnFake }>;

const vendors: Record<Exclude<ProviderName, 'model'>, StartVendor> = {
  async google(addresses) {
    const started = await google.startGoogle();
    const { fake, clock, close } = started;
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale');
    return {
      clock,
      on: {
        vendor: started.google.mailbox,
        accountOf: once((address) => google.accountOf(started, undefined, address)),
        deliver: (address, raw) => fake.deliver(address, raw),
        sentOf: fake.sentOf,
        trouble: (trouble) => google.addTrouble(fake, trouble),
        close,
      },
    };
  },
  async microsoft(addresses) {
    const started = await microsoft.startMicrosoft();
    const { fake, clock, close } = started;
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale');
    return {
      clock,
      on: {
        vendor: started.microsoft.mailbox,
        accountOf: once((address) => microsoft.accountOf(started, undefined, address)),
        deliver: (address, raw) => fake.deliver(address, raw),
        sentOf: fake.sentOf,
        trouble: (trouble) => microsoft.addTrouble(fake, trouble),
        close,
      },
    };
  },
  async smtp(addresses) {
    const { fake, clock, close, mailbox, servers } = await mailServer.startMailServer();
    for (const address of addresses) fake.addMailbox(address, 'Robin Vale', mailServer.repPassword);
    return {
      clock,
      on: {
        vendor: mailbox,
        accountOf: once((address) => mailServer.passwordAccount({ ...servers, user: address }, address)),
        deliver: (address, raw) => void fake.deliver(address, raw),
        sentOf: (address) =>
          fake.sentOf(address).map(({ ownMessageId }) => ({ ownMessageId, wireMessageId: ownMessageId ?? '' })),
        trouble: (trouble) => fake.troubles.next(mailServer.asServerTrouble(trouble)),
        close,
      },
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
