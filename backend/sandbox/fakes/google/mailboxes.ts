import type { Clock } from '../../../src/core/clock.ts';
import { addressesOf, headerOf, messageIdsOf, referencesOf, sameSubject } from '../rfc822.ts';

export interface StoredMessage {
  id: string;
  threadId: string;
  labelIds: string[];
  raw: Buffer;
  /** Milliseconds. */
  internalDate: number;
  historyId: number;
  /** When the search index shows it; `get` and `history.list` show it at once. */
  searchableAt: number;
}

export interface HistoryRecord {
  id: number;
  at: number;
  message: Pick<StoredMessage, 'id' | 'threadId' | 'labelIds'>;
  kind: 'messagesAdded' | 'messagesDeleted';
}

export interface Mailbox {
  address: string;
  name: string;
  messages: Map<string, StoredMessage>;
  byMessageId: Map<string, StoredMessage>;
  history: HistoryRecord[];
  historyId: number;
  /** History before this id is gone. */
  oldestHistoryId: number;
  watch: { labelIds: string[]; expiresAt: number } | null;
  /** Moments of accepted sends, for the rolling day. */
  sendTimes: number[];
}

/** What outlives a restart. */
export interface MailboxMemory {
  mailboxes: Map<string, Mailbox>;
  nextId: number;
}

const historyKeptMilliseconds = 7 * 24 * 3600 * 1000;

/** The mailboxes of the fake and what happens in them. `onChange` hears of every history record. */
export function createMailboxes(
  clock: Clock,
  settings: { searchLagSeconds: number },
  onChange: (mailbox: Mailbox, record: HistoryRecord) => void,
  memory: MailboxMemory = { mailboxes: new Map(), nextId: 0x19a0_0000_0000 },
) {
  const { mailboxes } = memory;
  let { nextId } = memory;

  function record(mailbox: Mailbox, kind: HistoryRecord['kind'], message: StoredMessage): void {
    mailbox.historyId += 7;
    message.historyId = mailbox.historyId;
    const entry: HistoryRecord = {
      id: mailbox.historyId,
      at: clock.now().getTime(),
      kind,
      message: { id: message.id, threadId: message.threadId, labelIds: [...message.labelIds] },
    };
    mailbox.history.push(entry);
    onChange(mailbox, entry);
  }

  return {
    remember: (): MailboxMemory => ({ mailboxes, nextId }),
    add(address: string, name: string): Mailbox {
      const key = address.toLowerCase();
      const mailbox: Mailbox = {
        address: key,
        name,
        messages: new Map(),
        byMessageId: new Map(),
        history: [],
        historyId: 1000,
        oldestHistoryId: 0,
        watch: null,
        sendTimes: [],
      };
      mailboxes.set(key, mailbox);
      return mailbox;
    },
    get: (address: string): Mailbox | undefined => mailboxes.get(address.toLowerCase()),
    addresses: (): string[] => [...mailboxes.keys()],

    /** Files a mail and writes history. `thread` is an id, a new one, or left to Gmail's rule for arriving mail. */
    file(
      mailbox: Mailbox,
      raw: Buffer,
      labelIds: string[],
      thread: { id: string } | 'new' | 'by-reference',
    ): StoredMessage {
      const now = clock.now().getTime();
      nextId += 0x11;
      const id = nextId.toString(16).padStart(16, '0');
      const joined = thread === 'by-reference' ? threadOf(mailbox, raw) : thread === 'new' ? undefined : thread.id;
      const message: StoredMessage = {
        id,
        threadId: joined ?? id,
        labelIds,
        raw,
        internalDate: now,
        historyId: 0,
        searchableAt: now + settings.searchLagSeconds * 1000,
      };
      mailbox.messages.set(id, message);
      for (const messageId of messageIdsOf(headerOf(raw, 'Message-ID'))) mailbox.byMessageId.set(messageId, message);
      record(mailbox, 'messagesAdded', message);
      return message;
    },
    remove(mailbox: Mailbox, id: string): void {
      const message = mailbox.messages.get(id);
      if (!message) return;
      mailbox.messages.delete(id);
      record(mailbox, 'messagesDeleted', message);
    },
    /** History since an id, or null when Gmail no longer has it. */
    historySince(mailbox: Mailbox, startHistoryId: number): HistoryRecord[] | null {
      const horizon = clock.now().getTime() - historyKeptMilliseconds;
      for (const old of mailbox.history) if (old.at < horizon) mailbox.oldestHistoryId = old.id;
      if (startHistoryId < mailbox.oldestHistoryId || startHistoryId > mailbox.historyId) return null;
      return mailbox.history.filter((entry) => entry.id > startHistoryId);
    },
  };
}

export type Mailboxes = ReturnType<typeof createMailboxes>;

/** A mail joins a thread when it refers to a mail in it and the subject is the same; bounces join by reference alone. */
function threadOf(mailbox: Mailbox, raw: Buffer): string | undefined {
  const referred = referencedMessage(mailbox, raw);
  if (!referred) return undefined;
  const isBounce = addressesOf(headerOf(raw, 'From'))[0]?.startsWith('mailer-daemon@') ?? false;
  return isBounce || sameSubject(raw, referred.raw) ? referred.threadId : undefined;
}

/** The mail of the mailbox that In-Reply-To or, newest first, References name. */
export function referencedMessage(mailbox: Mailbox, raw: Buffer): StoredMessage | undefined {
  const known = referencesOf(raw)
    .map((id) => mailbox.byMessageId.get(id))
    .find((message) => message !== undefined);
  return known && mailbox.messages.has(known.id) ? known : undefined;
}
