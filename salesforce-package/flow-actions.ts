/** What Flow Builder shows for each action; what goes in and out comes from shared/actions.ts. */
import type { ActionName } from '@salesos/shared/actions.ts';

/** An Apex class name has 40 characters at most. */
export const classNames: Record<ActionName, string> = {
  enroll: 'SalesOSEnrollAction',
  stop: 'SalesOSStopAction',
  pause: 'SalesOSPauseAction',
  resume: 'SalesOSResumeAction',
  recalculate: 'SalesOSRecalculateAction',
};

export const descriptions: Record<ActionName, string> = {
  enroll:
    'Starts a SalesOS sequence of mails, waits and tasks for the contact or lead. Mails stop by themselves when the person replies.',
  stop: 'Stops the SalesOS sequences the contact or lead is in. No further mail is sent.',
  pause: 'Pauses the SalesOS sequences the contact or lead is in. Nothing is sent until they are resumed.',
  resume: 'Resumes the paused SalesOS sequences of the contact or lead. The next step is planned anew.',
  recalculate: 'Adds up the SalesOS score of the contact or lead as it stands now, and writes it to the record.',
};

export const inputs: Record<string, { label: string; description: string }> = {
  recordId: { label: 'Record ID', description: 'The ID of a contact or lead.' },
  sequenceId: {
    label: 'Sequence ID',
    description: 'Copy it from the SalesOS setup page. Only published sequences can be used.',
  },
  mailboxId: {
    label: 'Mailbox ID',
    description: 'The mailbox the mails are sent from. Leave it empty to use the mailbox of the record owner.',
  },
  flowName: { label: 'Flow name', description: 'Shown in SalesOS as the origin. Leave it empty if nobody asks.' },
};
/** Where an empty sequence means all of them. */
export const everySequence =
  'Leave it empty for every sequence the person is in. To name one, copy its ID from the SalesOS setup page.';

export const outputs: Record<string, { label: string; description: string }> = {
  success: { label: 'Success', description: 'False when it was refused or SalesOS could not be asked.' },
  result: { label: 'Result', description: 'In one word; the values are listed in the documentation.' },
  enrollmentId: { label: 'Enrollment ID', description: 'Empty when refused.' },
  firstStepAt: { label: 'Date of the first step', description: 'Empty when refused.' },
  stoppedCount: { label: 'How many were stopped', description: '0 when there was nothing to stop.' },
  pausedCount: { label: 'How many were paused', description: '0 when there was nothing to pause.' },
  resumedCount: { label: 'How many were resumed', description: '0 when there was nothing to resume.' },
  score: { label: 'Score', description: 'From 0 to 100.' },
  tier: { label: 'Tier', description: 'From 1 (hot) to 4 (quiet).' },
  errorCode: { label: 'Error code', description: 'Empty unless refused. Decide by it, as in OPTED_OUT or TRY_AGAIN.' },
  errorMessage: { label: 'Error message', description: 'Why it was refused, in a sentence. Empty unless refused.' },
  message: { label: 'Message', description: 'What happened, in a sentence.' },
};
