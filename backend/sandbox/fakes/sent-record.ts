/** One mail that a provider accepted: what proves "exactly once". */
export interface SentRecord {
  providerMessageId: string;
  providerThreadId: string;
  from: string;
  recipients: string[];
  at: Date;
  /** The Message-ID the caller wrote, null when it wrote none. */
  ownMessageId: string | null;
  /** The caller's X-SalesOS-Message header. */
  salesosMessage: string | null;
  wireMessageId: string;
  /** As it was handed over. */
  raw: Buffer;
  /** As it left. */
  wireRaw: Buffer;
}
