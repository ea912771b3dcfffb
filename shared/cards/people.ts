/** Lists of people: of a company or deal, and with something to do today. */
import { z } from 'zod';
import { cardTask } from './contact-card.ts';
import { instant, recordRef } from './record.ts';

/** One person in a list: of a company or deal, or with something to do today. */
export const personRow = recordRef.extend({
  name: z.string(),
  address: z.string().nullable(),
  /** The sentence at the top of this person's card. */
  headline: z.string(),
  score: z.number(),
  tier: z.number().int(),
  tierLabel: z.string(),
  cannotEnroll: z.string().nullable(),
});

/** A company's or deal's card: its people; each opens as a card of its own. */
export const groupCard = z.object({
  name: z.string(),
  people: z.array(personRow),
  /** As in "Only the 100 people changed last are shown.", or null. */
  notice: z.string().nullable(),
});

/** What waits for this rep today, over all records: the utility bar of Salesforce, and the API. */
export const todayView = z.object({
  tasks: z.array(cardTask.extend({ person: personRow.pick({ objectType: true, recordId: true, name: true }) })),
  replies: z.array(
    z.object({
      id: z.string(),
      at: instant,
      person: personRow.pick({ objectType: true, recordId: true, name: true }),
      subject: z.string(),
      /** The first lines of the answer. */
      text: z.string(),
    }),
  ),
});

export type PersonRow = z.infer<typeof personRow>;
export type GroupCard = z.infer<typeof groupCard>;
export type TodayView = z.infer<typeof todayView>;
