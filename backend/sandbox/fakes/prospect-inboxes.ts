/** A mail that left for an address that is none of the fakes' own mailboxes. */
export interface InboxMail {
  at: Date;
  from: string;
  raw: Buffer;
}

/** The world outside: what prospects received, whichever provider it came from. Several mail fakes can share one. */
export function createProspectInboxes(inboxes = new Map<string, InboxMail[]>()) {
  return {
    /** What outlives a restart. */
    remember: () => inboxes,
    add(address: string, mail: InboxMail): void {
      const key = address.toLowerCase();
      inboxes.set(key, [...(inboxes.get(key) ?? []), mail]);
    },
    /** Oldest first. */
    of: (address: string): InboxMail[] => inboxes.get(address.toLowerCase()) ?? [],
    /** Every address that ever got a mail. */
    addresses: (): string[] => [...inboxes.keys()],
  };
}

export type ProspectInboxes = ReturnType<typeof createProspectInboxes>;
