/** What other capabilities may call. */

export {
  archiveTemplate,
  createTemplate,
  getTemplate,
  listTemplates,
  previewTemplate,
  previewWords,
  type Template,
  updateTemplate,
} from './compose/templates.ts';
export { mailTermsFor } from './delivery/mail-terms.ts';
export { getMessageRow as getMessage, listMessageRows as listMessages } from './delivery/message-queries.ts';
export type { MessageWindow, NewMessage } from './delivery/messages.ts';
export { cancelMessages, holdMessages, releaseMessages, scheduleMessages } from './delivery/schedule.ts';
export { type EmailInput, sendEmail, senderVariables } from './delivery/send-email.ts';
export { getInbound, sentContent } from './delivery/sent-content.ts';
export { readSending, updateSending } from './domains/send-settings.ts';
export { recheckDomains } from './domains/sending-domains.ts';
export { isTrackingHost } from './domains/tracking-host.ts';
export type { MailboxVendor } from './mailbox.ts';
export { countMailboxes, rewatch as rewatchMailbox } from './mailboxes/mailbox-queries.ts';
export { allowanceToday, updateMailbox } from './mailboxes/mailbox-settings.ts';
export {
  connectMailbox,
  disconnectMailbox,
  getMailbox,
  listMailboxes,
  type Mailbox,
  mailboxFor,
  pauseMailboxByHand,
  resumeMailbox,
  whyNotSending,
} from './mailboxes/mailboxes.ts';
export { readReplies as listReplies } from './reading/inbound-queries.ts';
export { nudgeMailbox } from './reading/sync-mailbox.ts';
export { trackingOf } from './tracking/grade-message.ts';
export { createTracker, pixelGif, type TrackedRequest, type Tracker } from './tracking/track.ts';
export { findByToken } from './tracking/tracking-queries.ts';
