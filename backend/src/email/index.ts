/** What other capabilities may call. */

export { trackingOf } from './grade-message.ts';
export type { MailboxVendor } from './mailbox.ts';
export { countMailboxes, rewatch as rewatchMailbox, syncNow as nudgeMailbox } from './mailbox-queries.ts';
export { allowanceToday, updateMailbox } from './mailbox-settings.ts';
export {
  connectMailbox,
  disconnectMailbox,
  getMailbox,
  listMailboxes,
  type Mailbox,
  mailboxFor,
  resumeMailbox,
  whyNotSending,
} from './mailboxes.ts';
export { getMessageRow as getMessage, listMessageRows as listMessages } from './message-queries.ts';
export type { MessageWindow, NewMessage } from './messages.ts';
export { cancelMessages, holdMessages, releaseMessages, scheduleMessages } from './schedule.ts';
export { type EmailInput, sendEmail, senderVariables } from './send-email.ts';
export { readSending, updateSending } from './send-settings.ts';
export { recheckDomains } from './sending-domains.ts';
export { getInbound, sentContent } from './sent-content.ts';
export {
  archiveTemplate,
  createTemplate,
  getTemplate,
  listTemplates,
  previewTemplate,
  previewWords,
  type Template,
  updateTemplate,
} from './templates.ts';
export { createTracker, pixelGif, type TrackedRequest, type Tracker } from './track.ts';
export { isTrackingHost } from './tracking-host.ts';
export { findByToken } from './tracking-queries.ts';
