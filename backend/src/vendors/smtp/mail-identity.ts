import { createHash } from 'node:crypto';

/** The header fields by which mails and conversations are told apart; IMAP itself has no name for either. */
export const identityFields = ['message-id', 'in-reply-to', 'references', 'x-salesos-message'];

export interface MailIdentity {
  messageId: string | null;
  /** The Message-ID of the first mail of the conversation, as far as this mail tells. */
  rootId: string | null;
  salesosMessage: string | null;
}

/** Reads a header block, or a mail from its beginning. */
export function readIdentity(header: Buffer): MailIdentity {
  const end = header.indexOf('\r\n\r\n');
  const block = header.toString('latin1', 0, end < 0 ? header.length : end + 2);
  const idsOf = (name: string): string[] => fieldOf(block, name).match(/<[^<>\s]+>/g) ?? [];
  const messageId = idsOf('message-id')[0] ?? null;
  const salesosMessage = fieldOf(block, 'x-salesos-message').replace(/\s+/g, '') || null;
  return {
    messageId,
    rootId: idsOf('references')[0] ?? idsOf('in-reply-to')[0] ?? messageId,
    salesosMessage,
  };
}

function fieldOf(block: string, name: string): string {
  const lines = block.split('\r\n');
  const start = lines.findIndex((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  if (start < 0) return '';
  let end = start + 1;
  while (end < lines.length && /^[ \t]/.test(lines[end]!)) end += 1;
  return lines
    .slice(start, end)
    .join(' ')
    .slice(name.length + 1);
}

/** Where a mail lies. A UID means something only together with its folder's UIDVALIDITY. */
export interface MailPlace {
  path: string;
  uidValidity: string;
  uid: number;
}

/**
 * A name for a received mail that outlives its move to another folder and a change of UIDVALIDITY, so that a mail seen again is
 * known. One without a Message-ID is only known where it lies.
 */
export function mailId(identity: MailIdentity, place: MailPlace, receivedAt: Date, bytes: number): string {
  const parts = identity.messageId
    ? [identity.messageId, receivedAt.toISOString(), bytes]
    : [place.path, place.uidValidity, place.uid];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** The conversation of a mail: a reply names the first mail of it, which is where all of them meet. */
export const threadOf = (identity: MailIdentity, id: string): string => identity.rootId ?? id;
