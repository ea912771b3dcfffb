import type { OutgoingMail } from '../email/mailbox.ts';

/**
 * The mail with its blind copy as a header, for providers that read the recipients from the mail and take the header away:
 * Gmail (https://developers.google.com/workspace/gmail/api/guides/sending) and Outlook.
 */
export const withBlindCopy = ({ raw, copyTo }: OutgoingMail): Buffer =>
  copyTo === null ? raw : Buffer.concat([Buffer.from(`Bcc: ${copyTo}\r\n`), raw]);
