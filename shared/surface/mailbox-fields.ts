/** What can be set of a mailbox, field by field. */
import type { SettingsView } from '../cards.ts';
import type { Rows } from './fields.ts';

export type Days = NonNullable<SettingsView['mailboxes'][number]['workingHours']>['days'];

/** A mailbox's settings as the fields of the form hold them. */
export interface MailboxDraft {
  displayName: string;
  signature: string;
  replyTo: string;
  /** Separated by commas or line ends. */
  aliases: string;
  dailyCap: number | null;
  hourlyCap: number | null;
  spacingSeconds: number | null;
  startPerDay: number | null;
  addPerDay: number | null;
  /** As in `9:00`, or empty. */
  from: string;
  to: string;
  /** Days on which it sends, in the order of the week. */
  days: Days;
  /** Where its days begin and its working hours are read. */
  timeZone: string;
}

/** How much it sends. */
export const mailboxLimits: Rows<MailboxDraft> = [
  [
    {
      key: 'dailyCap',
      kind: 'number',
      label: 'Most mails a day',
      description: 'Mails by hand count too.',
      min: 1,
      max: 10_000,
    },
    {
      key: 'hourlyCap',
      kind: 'number',
      label: 'Most mails an hour',
      description: 'Leave it empty for no limit.',
      min: 1,
      max: 1000,
      mayBeEmpty: true,
    },
    {
      key: 'spacingSeconds',
      kind: 'number',
      label: 'Seconds between two mails',
      description: 'Each gap is a little different, as a person’s would be.',
      min: 0,
      max: 86_400,
    },
  ],
];

export const mailboxDetailsTitle = 'Name, signature, slow start and working hours';

export const mailboxDetails: Rows<MailboxDraft> = [
  [
    {
      key: 'displayName',
      kind: 'text',
      label: 'Name of the sender',
      description: 'People see it beside the address.',
    },
  ],
  [
    {
      key: 'signature',
      kind: 'long text',
      label: 'Signature',
      description: 'Stands where a template says {{signature}}, else at the end of the mail.',
      mostCharacters: 2000,
    },
  ],
  [
    {
      key: 'replyTo',
      kind: 'text',
      label: 'Replies go to',
      description:
        'Empty: to this mailbox. It must be a mailbox that is connected here, or a reply would not stop the sequence.',
    },
  ],
  [
    {
      key: 'aliases',
      kind: 'text',
      label: 'Other addresses of this person',
      description: 'Mail from them is never taken for a reply of a prospect. Separate them by commas.',
    },
  ],
  [
    {
      key: 'startPerDay',
      pointer: '/ramp/startPerDay',
      kind: 'number',
      label: 'Slow start: mails on the first day',
      description: 'Mail providers distrust a mailbox that suddenly sends much. Leave both empty to send at full pace.',
      min: 1,
      max: 1000,
      mayBeEmpty: true,
    },
    {
      key: 'addPerDay',
      pointer: '/ramp/addPerDay',
      kind: 'number',
      label: 'Slow start: more each day',
      description: 'Until the daily limit is reached.',
      min: 1,
      max: 500,
      mayBeEmpty: true,
    },
  ],
  [
    // Text, not a time: a day that is worked to its end ends at 24:00, which no clock shows.
    {
      key: 'from',
      pointer: '/workingHours/fromMinute',
      kind: 'text',
      label: 'Working hours from',
      description: 'As in 9:00. Empty: at any hour that suits the recipient.',
    },
    {
      key: 'to',
      pointer: '/workingHours/toMinute',
      kind: 'text',
      label: 'Working hours until',
      description: 'As in 17:00.',
    },
  ],
  [
    {
      key: 'days',
      pointer: '/workingHours/days',
      kind: 'working days',
      label: 'Working days',
      description: 'Count with working hours only.',
    },
  ],
  [
    {
      key: 'timeZone',
      kind: 'time zone',
      label: 'Time zone of the mailbox',
      description: 'Its days begin and its working hours are read there.',
    },
  ],
];
