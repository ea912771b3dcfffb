import type { CardRequest, SettingsView } from '../cards.ts';

type Mailbox = SettingsView['mailboxes'][number];

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

export type MailboxChange = Omit<CardRequest<'/cards/mailboxes/update'>, 'mailboxId' | 'idempotencyKey'>;

type Days = NonNullable<Mailbox['workingHours']>['days'];
const businessDays: Days = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** The choices of the form. */
export const dayChoices: { value: Days[number]; label: string }[] = [
  { value: 'mon', label: 'Monday' },
  { value: 'tue', label: 'Tuesday' },
  { value: 'wed', label: 'Wednesday' },
  { value: 'thu', label: 'Thursday' },
  { value: 'fri', label: 'Friday' },
  { value: 'sat', label: 'Saturday' },
  { value: 'sun', label: 'Sunday' },
];

/** Chosen days as the draft keeps them: in the order of the week, whatever order they were ticked in. */
export const chosenDays = (values: readonly string[]): Days =>
  dayChoices.flatMap(({ value }) => (values.includes(value) ? [value] : []));

export function draftOf(mailbox: Mailbox): MailboxDraft {
  const { workingHours, ramp } = mailbox;
  return {
    displayName: mailbox.displayName ?? '',
    signature: mailbox.signature ?? '',
    replyTo: mailbox.replyTo ?? '',
    aliases: mailbox.aliases.join(', '),
    dailyCap: mailbox.dailyCap,
    hourlyCap: mailbox.hourlyCap,
    spacingSeconds: mailbox.spacingSeconds,
    startPerDay: ramp?.startPerDay ?? null,
    addPerDay: ramp?.addPerDay ?? null,
    from: workingHours ? asClock(workingHours.fromMinute) : '',
    to: workingHours ? asClock(workingHours.toMinute) : '',
    days: workingHours?.days ?? businessDays,
    timeZone: mailbox.timeZone,
  };
}

/** What is wrong with the draft, in a sentence; null when it can be saved. */
export function whatIsWrong(draft: MailboxDraft): string | null {
  const numbersGood =
    isWhole(draft.dailyCap, 1, 2000) &&
    isWhole(draft.hourlyCap, 1, 1000, true) &&
    isWhole(draft.spacingSeconds, 0, 86_400) &&
    isWhole(draft.startPerDay, 1, 1000, true) &&
    isWhole(draft.addPerDay, 1, 500, true);
  if (!numbersGood) return 'A number is out of its bounds.';
  if ((draft.startPerDay === null) !== (draft.addPerDay === null))
    return 'A slow start needs both numbers, or neither.';
  const hours = [asMinute(draft.from), asMinute(draft.to)];
  if (!draft.from.trim() && !draft.to.trim()) return null;
  if (hours[0] === null || hours[1] === null) return 'Write working hours as in 9:00 and 17:00, or leave both empty.';
  if (draft.days.length === 0) return 'Choose at least one day, or leave the working hours empty.';
  return hours[0]! < hours[1]! ? null : 'The working hours must end after they begin.';
}

/** Only what differs from the mailbox. Call it for a draft with nothing wrong. */
export function changeOf(mailbox: Mailbox, draft: MailboxDraft): MailboxChange {
  const fromMinute = asMinute(draft.from);
  const toMinute = asMinute(draft.to);
  const { days, timeZone } = draft;
  const wanted = {
    displayName: draft.displayName.trim() || null,
    signature: draft.signature.trim() || null,
    replyTo: draft.replyTo.trim() || null,
    aliases: draft.aliases.split(/[\s,;]+/).filter(Boolean),
    dailyCap: draft.dailyCap ?? mailbox.dailyCap,
    hourlyCap: draft.hourlyCap,
    spacingSeconds: draft.spacingSeconds ?? mailbox.spacingSeconds,
    ramp:
      draft.startPerDay === null || draft.addPerDay === null
        ? null
        : { startPerDay: draft.startPerDay, addPerDay: draft.addPerDay },
    workingHours: fromMinute === null || toMinute === null ? null : { days, fromMinute, toMinute },
    timeZone,
  } satisfies MailboxChange;
  const changed = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(mailbox[name as keyof typeof wanted]),
  );
  return Object.fromEntries(changed);
}

const asClock = (minute: number): string => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;

function asMinute(clock: string): number | null {
  const [, hour, minute] = /^\s*(\d{1,2})[:.](\d{2})\s*$/.exec(clock) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= 1440 ? total : null;
}

/** A whole number between two bounds, or nothing where it may be empty. */
export function isWhole(value: number | null, min: number, max: number, mayBeEmpty = false): boolean {
  if (value === null) return mayBeEmpty;
  return Number.isInteger(value) && value >= min && value <= max;
}
