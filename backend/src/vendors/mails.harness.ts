import type { EmailActivity } from '../crm-sync/crm.ts';

/** A mail for the timeline of a record, as a vendor is asked to write it. */
export const mail = (recordId: string, changes: Partial<EmailActivity> = {}): EmailActivity => ({
  key: 'message-1',
  recordId,
  direction: 'outgoing',
  at: new Date('2026-03-02T09:00:00.123Z'),
  subject: 'Hello',
  text: 'Hello Kim',
  html: null,
  from: { address: 'rep@seller.test', name: null },
  to: { address: 'kim@acme.test', name: null },
  ownerId: null,
  maybeWritten: false,
  ...changes,
});
