import { z } from 'zod';
import { cursorText } from '../cursor-text.ts';
import { type MailRef, type PendingMail, pendingShape } from '../unread-mails.ts';
import type { MailPlace } from './mail-identity.ts';

/** A mail in its folder. */
export interface FolderMail extends MailRef, MailPlace {
  kind: 'inbox' | 'spam' | 'sent' | 'other';
  /** ISO 8601. */
  receivedAt: string;
}

const placeShape = z.object({
  uidValidity: z.string(),
  /** Everything below was handed over. */
  uidNext: z.number(),
  /** Mails in the folder at that time: a server that puts one below `uidNext` is found out. */
  count: z.number(),
  /** While a lost place is made good: of the mails below `below`, those before `from` are left out. */
  resync: z.object({ from: z.iso.datetime(), below: z.number() }).optional(),
});

/** How far a folder was read. */
export type Place = z.infer<typeof placeShape>;

/** Our place in a mailbox, stored by the caller as an opaque string: a place per folder, and mails that were not read yet. */
const cursorShape = z.object({
  folders: z.record(z.string(), placeShape),
  pending: z.array(
    pendingShape.extend({
      path: z.string(),
      uidValidity: z.string(),
      uid: z.number(),
      kind: z.enum(['inbox', 'spam', 'sent', 'other']),
      receivedAt: z.string(),
    }),
  ),
});

export type Cursor = z.infer<typeof cursorShape>;
export type Pending = PendingMail<FolderMail>;

export const { writeCursor, readCursor } = cursorText(cursorShape);
