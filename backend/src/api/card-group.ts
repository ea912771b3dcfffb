/** The people of a company, account or deal, each in a row. */
import type { GroupCard, PersonRow } from '@salesos/shared/cards.ts';
import { mayContact } from '../compliance/index.ts';
import type { Contact } from '../contacts/index.ts';
import { InvalidInput } from '../core/errors.ts';
import { inParallel } from '../core/jobs.ts';
import { scoresOf } from '../scoring/index.ts';
import { enrollmentCards, howToFix } from '../sequences/index.ts';
import type { CardCaller } from './authenticate.ts';
import { headlineOf } from './present-card.ts';

const shownEnrollments = 5;
const peopleAtOnce = 4;

export async function presentGroup(
  { ctx, crm }: CardCaller,
  { name, people, isCut }: { name: string; people: Contact[]; isCut: boolean },
): Promise<GroupCard> {
  const ids = people.map(({ id }) => id);
  const refusals = await mayContact(
    ctx,
    people.map(({ id, addresses }) => ({ contactId: id, address: addresses[0] ?? '' })),
  );
  const scores = await scoresOf(ctx, ids, ctx.clock.now());
  const rows = await inParallel([...people.entries()], peopleAtOnce, async ([index, contact]): Promise<PersonRow[]> => {
    const record = contact.records.find((record) => record.crm === crm);
    if (!record) return [];
    const refused = refusals[index];
    const refusal = refused ? { ...refused, howToFix: howToFix[refused.code] } : null;
    const enrollments = await enrollmentCards(ctx, contact.id, shownEnrollments);
    const { value, tier, tierLabel } = scores.get(contact.id)!;
    return [
      {
        objectType: record.objectType,
        recordId: record.recordId,
        name: contact.name,
        address: contact.addresses[0] ?? null,
        headline: headlineOf({ enrollments, refusal }),
        score: value,
        tier,
        tierLabel,
        cannotEnroll: refusal?.sentence ?? null,
      },
    ];
  });
  const notice = isCut ? `Only the ${people.length} people changed last are shown.` : null;
  return { name, people: rows.flat(), notice };
}

/** Throws InvalidInput for a record that has no people. */
export function requireGroup({ ctx, crm }: CardCaller, objectType: string): void {
  const vendor = ctx.sockets.crms.get(crm);
  if (!vendor?.groupTypes.includes(objectType.toLowerCase()))
    throw new InvalidInput(
      `SalesOS lists the people of companies and deals. This ${vendor?.name ?? crm} record is none.`,
      {
        code: 'not_a_group',
      },
    );
}
