import type { Clock } from '../../../src/core/clock.ts';
import type { ProspectInboxes } from '../prospect-inboxes.ts';
import { addressesOf, headerOf, joinMail, makeHeader, recipientsOf, splitMail } from '../rfc822.ts';
import type { SentRecord } from '../sent-record.ts';
import { GraphError } from './errors.ts';
import type { Limits } from './limits.ts';
import type { Mailbox, Mailboxes, StoredMessage } from './mailboxes.ts';

const largestMimeBytes = 4 * 1024 * 1024;
const recipientsPerMail = 500;
const isNonStandard = (name: string) => /^(x-|list-unsubscribe-post$|feedback-id$)/i.test(name);
const propertyId = /^String (\{[0-9a-f-]{36}\} Name \S+|0x[0-9a-f]{4})$/i;
const headerId = /^String \{00020386-0000-0000-C000-000000000046\} Name (\S+)$/i;

export interface SendSettings {
  /** Whether Message-ID on the wire is the draft's own. */
  keepsMessageId: boolean;
  /** Whether the copy in Sent Items has the extended properties of its draft. */
  copyKeepsProperties: boolean;
  /** How long after the 202 the copy comes to Sent Items. */
  sentCopyLagSeconds: number;
}

/** Drafts from MIME, and their sending. */
export function createSender(
  clock: Clock,
  mailboxes: Mailboxes,
  inboxes: ProspectInboxes,
  limits: Limits,
  settings: SendSettings,
  ledger: SentRecord[] = [],
) {
  let serial = ledger.length;

  /**
   * From is forced to the mailbox. Headers outside the standard are lost, unless the mailbox has met them as properties
   * before (microsoft-graph-docs-contrib issue 424).
   */
  function asDrafted(mailbox: Mailbox, raw: Buffer): Buffer {
    const mail = splitMail(raw);
    if (addressesOf(headerOf(mail, 'From'))[0] !== mailbox.address) {
      mail.headers = mail.headers.filter(({ name }) => name.toLowerCase() !== 'from');
      mail.headers.unshift(makeHeader('From', `${mailbox.name} <${mailbox.address}>`));
    }
    mail.headers = mail.headers.filter(
      ({ name }) => !isNonStandard(name) || mailbox.knownHeaders.has(name.toLowerCase()),
    );
    return joinMail(mail);
  }

  function onTheWire(draft: StoredMessage): Buffer {
    const mail = splitMail(draft.raw);
    const hidden = new Set(['message-id', 'bcc', 'return-path']);
    mail.headers = mail.headers.filter(({ name }) => !hidden.has(name.toLowerCase()));
    mail.headers.push(makeHeader('Message-ID', draft.internetMessageId));
    return joinMail(mail);
  }

  function deliver(sender: Mailbox, recipient: string, raw: Buffer): void {
    const own = mailboxes.get(recipient);
    if (own) mailboxes.file(own, raw, 'inbox');
    else inboxes.add(recipient, { at: clock.now(), from: sender.address, raw });
  }

  return {
    ledger,
    /** `encoded` is the body of POST /me/messages with Content-Type text/plain. */
    draft(mailbox: Mailbox, encoded: string): StoredMessage {
      if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(encoded) || encoded.replace(/\s/g, '').length % 4 !== 0) {
        throw new GraphError(400, 'ErrorMimeContentInvalidBase64String', 'The MIME content is not a base64 string.');
      }
      const raw = Buffer.from(encoded, 'base64');
      if (raw.length > largestMimeBytes) {
        throw new GraphError(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
      }
      return mailboxes.file(mailbox, asDrafted(mailbox, raw), 'drafts', true);
    },
    /** PATCH of a draft's extended properties; those of the namespace of internet headers become headers. */
    setProperties(mailbox: Mailbox, draft: StoredMessage, properties: { id: string; value: string }[]): void {
      for (const { id, value } of properties) {
        if (!propertyId.test(id))
          throw new GraphError(400, 'ErrorInvalidProperty', `The property id ${id} is invalid.`);
        draft.properties.set(id, value);
        const header = headerId.exec(id)?.[1];
        if (!header) continue;
        mailbox.knownHeaders.add(header.toLowerCase());
        const mail = splitMail(draft.raw);
        mail.headers = mail.headers.filter(({ name }) => name.toLowerCase() !== header.toLowerCase());
        mail.headers.push(makeHeader(header, value));
        draft.raw = joinMail(mail);
      }
    },
    send(mailbox: Mailbox, draft: StoredMessage): void {
      if (!draft.isDraft) throw new GraphError(400, 'ErrorInvalidOperation', 'The item was sent already.');
      const recipients = recipientsOf(draft.raw);
      if (recipients.length === 0 || recipients.length > recipientsPerMail || recipients.some(({ valid }) => !valid)) {
        throw new GraphError(400, 'ErrorInvalidRecipients', "At least one recipient isn't valid.");
      }
      limits.takeSend(mailbox.address);
      const ownMessageId = headerOf(draft.raw, 'Message-ID');
      serial += 1;
      if (!settings.keepsMessageId) {
        draft.internetMessageId = `<AM0PR01MB${String(serial).padStart(4, '0')}${clock.now().getTime().toString(36)}@eurprd01.prod.exchangelabs.example>`;
      }
      const { raw } = draft;
      const wireRaw = onTheWire(draft);
      draft.raw = wireRaw;
      ledger.push({
        providerMessageId: draft.immutableId,
        providerThreadId: draft.conversationId,
        from: mailbox.address,
        recipients: recipients.map(({ address }) => address),
        at: clock.now(),
        ownMessageId,
        salesosMessage: headerOf(raw, 'X-SalesOS-Message'),
        wireMessageId: draft.internetMessageId,
        raw,
        wireRaw,
      });
      if (!settings.copyKeepsProperties) draft.properties.clear();
      mailboxes.submit(mailbox, draft, clock.now().getTime() + settings.sentCopyLagSeconds * 1000);
      for (const { address } of recipients) deliver(mailbox, address, wireRaw);
    },
  };
}
