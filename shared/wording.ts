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
