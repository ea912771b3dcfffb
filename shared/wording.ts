/** The words people see, the same in three CRMs. */

/** Tiers by score, as asked for by the first customers: 1 is the best. */
export const tiers = [
  { tier: 1, from: 80, label: 'Hot' },
  { tier: 2, from: 60, label: 'Warm' },
  { tier: 3, from: 40, label: 'Interested' },
  { tier: 4, from: 0, label: 'Quiet' },
] as const;

/** The tier of a score between 0 and 100. */
export function tierOf(score: number): (typeof tiers)[number] {
  return tiers.find((tier) => score >= tier.from) ?? tiers[3];
}

export const enrollmentStatusLabels = {
  active: 'Active',
  paused: 'Paused',
  finished: 'Finished',
  stopped: 'Stopped',
} as const;

export const evidenceLabels = {
  human: 'by a person',
  likely: 'probably by a person',
  machine: 'by a mail program',
} as const;

export const stopReasonSentences = {
  replied: 'Stopped: the person replied.',
  bounced: 'Stopped: the address does not accept mail.',
  opted_out: 'Stopped: the person unsubscribed.',
  suppressed: 'Stopped: the address or its domain is on your do-not-contact list.',
  deleted: 'Stopped: the record was deleted in the CRM.',
  merged: 'Stopped: after two records were merged, the person was in this sequence twice.',
  manual: 'Stopped by a colleague.',
  finished: 'Finished: every step is done.',
  crm_uninstalled: 'Stopped: SalesOS was removed from the CRM.',
} as const;

/** The fixed words of the cards, the same in three CRMs; `{name}` in braces is what `fill` puts in. */
export const cardWords = {
  loadingCard: 'Loading what SalesOS knows about this contact',
  refresh: 'Refresh',
  retry: 'Try again',
  undo: 'Undo',
  cancel: 'Cancel',
  stale: 'This may be out of date',
  actFailed: 'That did not work',
  noAnswer: 'SalesOS did not answer. Check your connection and try again.',
  strangeAnswer: 'SalesOS could not do this (error {status}). Try again.',
  notSetUp: 'SalesOS is not set up',
  notConnected: 'SalesOS is not connected',
  noAccess: 'You have no access',
  askForAccess: 'Ask a SalesOS admin in your company for access.',
  notReached: 'SalesOS could not be reached',
  score: 'Score {value} of 100, {tierLabel} (tier {tier})',
  times: 'Times follow {timeZone} for {name}, {source}.',
  sequences: 'Sequences',
  activity: 'Activity',
  tasks: 'Tasks ({count})',
  whyScore: 'Why this score',
  whyChoices: 'Why it did that',
  enroll: 'Enroll in sequence',
  enrollTitle: 'Enroll {name} in a sequence',
  enrollName: 'Enroll {name}',
  notEnrolled: '{name} was not enrolled',
  findSequence: 'Find a sequence',
  searchByName: 'Search by name',
  lookingForSequences: 'Looking for sequences',
  noSequences: 'There is no published sequence yet. Publish one in SalesOS, then come back.',
  noSuchSequence: 'No published sequence is named like “{query}”.',
  sequence: 'Sequence',
  moreSequences: 'Show more sequences',
  sendFrom: 'Send from',
  yours: '{address} (yours)',
  noMailbox: 'No mailbox can send right now',
  workingOutDates: 'Working out the dates',
  wouldHappen: 'What would happen',
  sequenceHolds: 'What the sequence holds',
  mail: 'Mail: {subject}',
  from: 'From',
  to: 'To',
  inNoSequence: 'In no sequence',
  inNoSequenceText: '{name} is in no sequence and was in none before.',
  sentFrom: 'Sent from {address}',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  stopTitle: 'Stop “{sequence}”?',
  stopMeans: 'No further mail of this sequence goes to {name}. What was already sent stays as it is.',
  stopIsFinal: 'A stopped sequence cannot be taken up again where it was; you can enroll the contact anew.',
  stopConfirm: 'Stop sequence',
  stopCancel: 'Keep it running',
  step: 'Step',
  what: 'What',
  when: 'When',
  state: 'State',
  stepDone: 'Done',
  stepCurrent: 'Next',
  stepUpcoming: 'Later',
  stepSkipped: 'Skipped',
  notKnownYet: 'Not known yet',
  nothingToDo: 'Nothing to do',
  nothingToDoText: 'No sequence is waiting for you.',
  due: 'Due {when}',
  markDone: 'Mark as done',
  nothingYet: 'Nothing yet',
  nothingYetText: 'Mails, opens, clicks and replies appear here as they happen.',
  olderActivity: 'Show older activity',
  nextPartFailed: 'The next part could not be loaded',
  noPoints: 'No points yet',
  noPointsText: 'Points come when the contact opens, clicks or replies to a mail.',
  standing: '{value} of 100: {tierLabel}, tier {tier}.',
  whatTheyDid: 'What they did',
  pointsThatDay: 'Points that day',
  pointsToday: 'Points today',
  scoreTotal: 'Score',
  asOf: 'As of {when}.',
  loadingReasons: 'Loading the reasons',
  noChoices: 'No automatic choices yet',
  noChoicesText: 'Every date moved, mail held back or sequence stopped is listed here with its reason.',
  olderChoices: 'Show older choices',
  rule: '{when}, rule {version}',
} as const;

/** `words` with each `{name}` replaced by its value. */
export function fill(words: string, values: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
