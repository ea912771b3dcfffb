import { z } from 'zod';
import { cursorText } from '../cursor-text.ts';
import { type MailRef, type PendingMail, pendingShape } from '../unread-mails.ts';

/** Followed by delta: our own copies, arrived mail, and what the filter called junk (a reply may lie there). */
export const folders = ['sentitems', 'inbox', 'junkemail'] as const;
export type Folder = (typeof folders)[number];
/** `other` is where a rule or the rep has put an arrived mail. */
const foundIn = [...folders, 'other'] as const;

export interface FolderMail extends MailRef {
  folder: (typeof foundIn)[number];
  /** ISO 8601, whole seconds. */
  receivedAt: string;
}

const folderShape = z.enum(folders);
const pathShape = z.string().startsWith('me/mailFolders/');

const stretchShape = z.object({ from: z.iso.datetime(), seen: z.array(z.string()) });
/** A time up to which mails were listed; `seen` are those since then that were handed over all the same. */
export type Stretch = z.infer<typeof stretchShape>;

/**
 * Our place in a mailbox, stored by the caller as an opaque string.
 * - `folderIds`: the ids of the followed folders, by which a list over all folders tells them
 * - `places`: per folder, the delta link (below `v1.0/`) to go on from
 * - `swept`: how far the other folders were looked through
 * - `resync`: set while a lost place is made good
 * - `pending`: mails Outlook announced and that were not read yet, or could not be
 */
const cursorShape = z.object({
  folderIds: z.record(folderShape, z.string()),
  places: z.record(folderShape, pathShape),
  swept: stretchShape,
  resync: stretchShape.optional(),
  pending: z.array(pendingShape.extend({ folder: z.enum(foundIn), receivedAt: z.string() })),
});

export type Cursor = z.infer<typeof cursorShape>;
export type Places = Cursor['places'];
export type FolderIds = Cursor['folderIds'];
export type Pending = PendingMail<FolderMail>;

export const { writeCursor, readCursor } = cursorText(cursorShape);
