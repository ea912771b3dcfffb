import type { FakeGoogle } from '../../sandbox/fakes/google/fake-google.ts';
import type { FakeMicrosoft } from '../../sandbox/fakes/microsoft/fake-microsoft.ts';
import { type MailboxHarness, repAddress } from '../email/mailbox.harness.ts';

/** What happens to the rep's mailbox at Google and at Microsoft alike, as the mailbox contract wants it. */
export const repMailbox = (fake: FakeGoogle | FakeMicrosoft) =>
  ({
    keepsMessageId: false,
    searchTrustedAfterSeconds: 600,
    deliver: (raw, folder) => fake.deliver(repAddress, raw, folder),
    sent: () => fake.sentOf(repAddress),
    inboxOf: (address) => fake.inboxOf(address).map(({ raw }) => raw),
    trash: (providerMessageId) => fake.trashMessage(repAddress, providerMessageId),
    revokeGrant: () => fake.revoke(repAddress),
    killAccessTokens: () => fake.expireAccessTokens(repAddress),
  }) satisfies Partial<MailboxHarness>;
