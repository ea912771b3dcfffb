import type { CardRequest, SettingsView } from '../cards.ts';
import { type Choice, differing, hasWrongNumber, type SettingsForm } from './fields.ts';
import { type Days, type MailboxDraft, mailboxDetails, mailboxDetailsTitle, mailboxLimits } from './mailbox-fields.ts';

type Mailbox = SettingsView['mailboxes'][number];

type MailboxChange = Omit<CardRequest<'/cards/mailboxes/update'>, 'mailboxId' | 'idempotencyKey'>;

const businessDays: Days = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** The choices of the form. */
export const dayChoices: Choice<Days[number]>[] = [
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

function draftOf(mailbox: Mailbox): MailboxDraft {
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

function whatIsWrong(draft: MailboxDraft): string | null {
  if (hasWrongNumber([...mailboxLimits, ...mailboxDetails], draft)) return 'A number is out of its bounds.';
  const addresses = [...addressesIn(draft.aliases), ...addressesIn(draft.replyTo)];
  const notAnAddress = addresses.find((address) => !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address));
  if (notAnAddress) return `“${notAnAddress}” is no mail address. Write it as in name@yourcompany.com.`;
  if ((draft.startPerDay === null) !== (draft.addPerDay === null))
    return 'A slow start needs both numbers, or neither.';
  const hours = [asMinute(draft.from), asMinute(draft.to)];
  if (!draft.from.trim() && !draft.to.trim()) return null;
  if (hours[0] === null || hours[1] === null) return 'Write working hours as in 9:00 and 17:00, or leave both empty.';
  if (draft.days.length === 0) return 'Choose at least one day, or leave the working hours empty.';
  return hours[0]! < hours[1]! ? null : 'The working hours must end after they begin.';
}

function changeOf(mailbox: Mailbox, draft: MailboxDraft): MailboxChange {
  const fromMinute = asMinute(draft.from);
  const toMinute = asMinute(draft.to);
  const { days, timeZone } = draft;
  return differing(mailbox, {
    displayName: draft.displayName.trim() || null,
    signature: draft.signature.trim() || null,
    replyTo: draft.replyTo.trim() || null,
    aliases: addressesIn(draft.aliases),
    dailyCap: draft.dailyCap ?? mailbox.dailyCap,
    hourlyCap: draft.hourlyCap,
    spacingSeconds: draft.spacingSeconds ?? mailbox.spacingSeconds,
    ramp:
      draft.startPerDay === null || draft.addPerDay === null
        ? null
        : { startPerDay: draft.startPerDay, addPerDay: draft.addPerDay },
    workingHours: fromMinute === null || toMinute === null ? null : { days, fromMinute, toMinute },
    timeZone,
  });
}

export const mailboxForm: SettingsForm<Mailbox, MailboxDraft, MailboxChange> = {
  rows: mailboxLimits,
  folded: { title: mailboxDetailsTitle, rows: mailboxDetails },
  draftOf,
  whatIsWrong,
  changeOf,
};

const addressesIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

const asClock = (minute: number): string => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;

function asMinute(clock: string): number | null {
  const [, hour, minute] = /^\s*(\d{1,2})[:.](\d{2})\s*$/.exec(clock) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const total = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && total <= 1440 ? total : null;
}
