import { z } from 'zod';
import { type MailRef, type PendingMail, pendingShape } from '../unread-mails.ts';

/** What is read: arrived mail, what the filter called junk (a reply may lie there), and our own copies. */
export const folders = ['sentitems', 'inbox', 'junkemail'] as const;
export type Folder = (typeof folders)[number];

export interface FolderMail extends MailRef {
  folder: Folder;
  /** ISO 8601, whole seconds. */
  receivedAt: string;
}

const folderShape = z.enum(folders);
const pathShape = z.string().startsWith('me/mailFolders/');

/**
 * Our place in a mailbox, stored by the caller as an opaque string.
 * - `places`: per folder, the delta link (below `v1.0/`) to go on from
 * - `resync`: set while a lost place is made good: mails received since `from`; `seen` are those of that second already
 *   handed over
 * - `pending`: mails Outlook announced and that were not read yet, or could not be
 */
const cursorShape = z.object({
  places: z.record(folderShape, pathShape),
  resync: z.object({ from: z.iso.datetime(), seen: z.array(z.string()) }).optional(),
  pending: z.array(pendingShape.extend({ folder: folderShape, receivedAt: z.string() })),
});

export type Cursor = z.infer<typeof cursorShape>;
export type Places = Cursor['places'];
export type Pending = PendingMail<FolderMail>;

export const writeCursor = (cursor: Cursor): string => JSON.stringify(cursor);

/** Null for a text that is no cursor of ours: the place is lost and found again by a resync. */
export function readCursor(text: string): Cursor | null {
  try {
    return cursorShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
