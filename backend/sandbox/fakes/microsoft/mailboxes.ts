import { createHash } from 'node:crypto';
import type { Clock } from '../../../src/core/clock.ts';
import { headerOf, messageIdsOf, referencesOf, sameSubject } from '../rfc822.ts';

export const folders = ['inbox', 'drafts', 'sentitems', 'junkemail', 'deleteditems', 'archive'] as const;
export type Folder = (typeof folders)[number];

export interface StoredMessage {
  immutableId: string;
  /** The ordinary id, which is another one after each move. */
  movingId: string;
  conversationId: string;
  folder: Folder;
  raw: Buffer;
  internetMessageId: string;
  isDraft: boolean;
  /** Extended properties by their id, case as written. */
  properties: Map<string, string>;
  /** Milliseconds; whole seconds are shown. */
  createdAt: number;
  receivedAt: number;
}

/** One change of one folder, as delta tells it. */
export interface Change {
  serial: number;
  folder: Folder;
  kind: 'created' | 'deleted';
  message: StoredMessage;
}

export interface Mailbox {
  address: string;
  name: string;
  tenantId: string;
  userId: string;
  messages: Map<string, StoredMessage>;
  changes: Change[];
  serial: number;
  /** Delta tokens from before this change are no longer known. */
  oldestSerial: number;
  /** Headers outside the standard that the mailbox has met: from MIME alone it keeps no others. */
  knownHeaders: Set<string>;
  /** Sent, and not yet filed in Sent Items. */
  leaving: { message: StoredMessage; filedAt: number }[];
}

/** What outlives a restart. */
export interface MailboxMemory {
  mailboxes: Map<string, Mailbox>;
  serial: number;
}

/** The mailboxes of the fake and what happens in them. `onChange` hears of every change of a folder. */
export function createMailboxes(
  clock: Clock,
  onChange: (mailbox: Mailbox, change: Change) => void,
  memory: MailboxMemory = { mailboxes: new Map(), serial: 0 },
) {
  const { mailboxes } = memory;
  let { serial } = memory;

  const nextId = (kind: string) => {
    serial += 1;
    return `AAMk${createHash('sha256').update(`${kind}${serial}`).digest('base64url')}=`;
  };

  function note(mailbox: Mailbox, kind: Change['kind'], message: StoredMessage): void {
    mailbox.serial += 1;
    const change: Change = { serial: mailbox.serial, folder: message.folder, kind, message: { ...message } };
    mailbox.changes.push(change);
    onChange(mailbox, change);
  }

  /** The conversation of the mail this one refers to with the same subject; otherwise a new one. */
  function conversationOf(mailbox: Mailbox, raw: Buffer): string {
    const all = [...mailbox.messages.values()].toReversed();
    for (const reference of referencesOf(raw)) {
      const referred = all.find((message) => message.internetMessageId === reference && sameSubject(raw, message.raw));
      if (referred) return referred.conversationId;
    }
    return nextId('conversation');
  }

  function move(mailbox: Mailbox, message: StoredMessage, folder: Folder): void {
    note(mailbox, 'deleted', message);
    message.folder = folder;
    message.movingId = nextId('moving');
    note(mailbox, 'created', message);
  }

  return {
    remember: (): MailboxMemory => ({ mailboxes, serial }),
    add(address: string, name: string): void {
      const key = address.toLowerCase();
      const guid = (kind: string) =>
        createHash('sha256')
          .update(kind)
          .digest('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
      mailboxes.set(key, {
        address: key,
        name,
        tenantId: guid(key.split('@')[1] ?? ''),
        userId: guid(key),
        messages: new Map(),
        changes: [],
        serial: 0,
        oldestSerial: 0,
        knownHeaders: new Set(),
        leaving: [],
      });
    },
    get: (address: string): Mailbox | undefined => mailboxes.get(address.toLowerCase()),
    addresses: (): string[] => [...mailboxes.keys()],
    file(mailbox: Mailbox, raw: Buffer, folder: Folder, isDraft = false): StoredMessage {
      const now = clock.now().getTime();
      const message: StoredMessage = {
        immutableId: nextId('immutable'),
        movingId: nextId('moving'),
        conversationId: conversationOf(mailbox, raw),
        folder,
        raw,
        internetMessageId:
          messageIdsOf(headerOf(raw, 'Message-ID'))[0] ?? `<${nextId('message').slice(4, 20)}@outlook.example>`,
        isDraft,
        properties: new Map(),
        createdAt: now,
        receivedAt: now,
      };
      mailbox.messages.set(message.immutableId, message);
      note(mailbox, 'created', message);
      return message;
    },
    move,
    remove(mailbox: Mailbox, message: StoredMessage): void {
      note(mailbox, 'deleted', message);
      mailbox.messages.delete(message.immutableId);
    },
    /** A draft is submitted: it leaves Drafts, and comes to Sent Items when Exchange has filed the copy. */
    submit(mailbox: Mailbox, message: StoredMessage, filedAt: number): void {
      note(mailbox, 'deleted', message);
      mailbox.messages.delete(message.immutableId);
      message.receivedAt = clock.now().getTime();
      mailbox.leaving.push({ message, filedAt });
      this.settle(mailbox);
    },
    /** Files the copies whose time has come. */
    settle(mailbox: Mailbox): void {
      const now = clock.now().getTime();
      const due = mailbox.leaving.filter(({ filedAt }) => filedAt <= now);
      mailbox.leaving = mailbox.leaving.filter(({ filedAt }) => filedAt > now);
      for (const { message } of due) {
        Object.assign(message, { folder: 'sentitems', isDraft: false, movingId: nextId('moving') });
        mailbox.messages.set(message.immutableId, message);
        note(mailbox, 'created', message);
      }
    },
    /** By either form of id; a moving id is good only where the mail is now. */
    find(mailbox: Mailbox, id: string): StoredMessage | undefined {
      return mailbox.messages.get(id) ?? [...mailbox.messages.values()].find(({ movingId }) => movingId === id);
    },
  };
}

export type Mailboxes = ReturnType<typeof createMailboxes>;
