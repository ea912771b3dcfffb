/** The people of a company, account or deal, each in a row. */
import type { GroupCard, PersonRow } from '@salesos/shared/cards.ts';
import { mayContact } from '../compliance/index.ts';
import { inParallel } from '../core/jobs.ts';
import type { Group } from '../crm-sync/index.ts';
import { scoresOf } from '../scoring/index.ts';
import { enrollmentCards, howToFix } from '../sequences/index.ts';
import type { CardCaller } from './authenticate.ts';
import { headlineOf } from './present-card.ts';

const shownEnrollments = 5;
const peopleAtOnce = 4;

export async function presentGroup({ ctx }: CardCaller, { name, people, isCut }: Group): Promise<GroupCard> {
  const contacts = people.map(({ contact }) => contact);
  const asked = contacts.map(({ id, addresses }) => ({ contactId: id, address: addresses[0] ?? '' }));
  const refusals = await mayContact(ctx, asked);
  const ids = contacts.map(({ id }) => id);
  const scores = await scoresOf(ctx, ids, ctx.clock.now());
  const numbered = [...people.entries()];
  const rows = await inParallel(numbered, peopleAtOnce, async ([index, { contact, ...record }]): Promise<PersonRow> => {
    const refused = refusals[index];
    const refusal = refused ? { ...refused, howToFix: howToFix[refused.code] } : null;
    const enrollments = await enrollmentCards(ctx, contact.id, shownEnrollments);
    const { value, tier, tierLabel } = scores.get(contact.id)!;
    return {
      ...record,
      name: contact.name,
      address: contact.addresses[0] ?? null,
      headline: headlineOf({ enrollments, refusal }),
      score: value,
      tier,
      tierLabel,
      cannotEnroll: refusal?.sentence ?? null,
    };
  });
  const notice = isCut ? `Only the ${people.length} people changed last are shown.` : null;
  return { name, people: rows, notice };
}
