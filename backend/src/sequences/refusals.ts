import { type EnrollRefusal, enrollRefusals } from '@salesos/shared/actions.ts';
import type { StopReason } from '@salesos/shared/events.ts';
import type { Refusal } from '../compliance/index.ts';

export const refuse = (code: EnrollRefusal, sentence: string = enrollRefusals[code]): Refusal => ({ code, sentence });

/** What a rep can do about a refusal. */
export const howToFix: Record<EnrollRefusal, string> = {
  NO_ADDRESS: 'Add an email address to the record in the CRM.',
  INVALID_ADDRESS: 'Correct the email address of the record in the CRM.',
  SUPPRESSED: 'An admin can take the address or domain off the do-not-contact list.',
  OPTED_OUT: 'They must ask for mail again before you may write to them.',
  DELETED: 'Restore the record in the CRM, or choose another one.',
  RECORD_NOT_FOUND: 'Check that the record still exists in the CRM.',
  SEQUENCE_NOT_FOUND: 'Choose a published sequence.',
  NO_MAILBOX: 'Connect a mailbox in the settings, or choose one of those connected.',
  MAILBOX_DISCONNECTED: 'Connect the mailbox again in the settings.',
  NO_POSTAL_ADDRESS: 'An admin enters the postal address of your company in the settings.',
  NO_PERMISSION: 'Ask an admin of the CRM for access to the record.',
  TRY_AGAIN: 'Try again in a few minutes; nothing was changed.',
  MISSING_VALUES: 'Fill in these values on the record in the CRM, or give the template a fallback for them.',
};

/** These forbid a mail and nothing else: a task can be done all the same. */
export const forbidsMailOnly = (code: EnrollRefusal): boolean =>
  code === 'NO_ADDRESS' || code === 'INVALID_ADDRESS' || code === 'NO_POSTAL_ADDRESS';

/** With which reason a running enrollment ends when its person may not be written to; null where that can be mended. */
export function stopReasonOf(code: EnrollRefusal): StopReason | null {
  if (code === 'OPTED_OUT') return 'opted_out';
  if (code === 'SUPPRESSED') return 'suppressed';
  return code === 'DELETED' || code === 'RECORD_NOT_FOUND' ? 'deleted' : null;
}
