import type { Ctx } from '../core/ctx.ts';
import { emit } from '../core/events.ts';
import { combineRecords, saidByCrm } from './combine-records.ts';
import { type ContactRow, changeContact, readAddresses, readSaid, replaceAddresses } from './queries.ts';

/**
 * Puts a person together from what their records say now, and announces what changed; `records` is among it when they have
 * others than before. Somebody without any is left as they were.
 */
export async function refreshContact(
  ctx: Ctx,
  before: ContactRow,
  readAt: Date,
  recordsChanged: boolean,
): Promise<void> {
  const [first, ...others] = (await readSaid(ctx, before.id)).map((said) => saidByCrm.parse(said));
  if (!first) return;
  const { addresses, ...values } = combineRecords([first, ...others]);
  const next = { ...values, status: 'active' as const };
  const changed = (Object.keys(next) as (keyof typeof next)[])
    .filter((field) => stable(before[field]) !== stable(next[field]))
    .map(String);
  if (stable(await readAddresses(ctx, before.id)) !== stable(addresses)) {
    await replaceAddresses(ctx, before.id, addresses);
    changed.push('addresses');
  }
  if (recordsChanged) changed.push('records');
  const fetchedAt = before.fetchedAt && before.fetchedAt > readAt ? before.fetchedAt : readAt;
  await changeContact(ctx, before.id, { ...next, properties: JSON.stringify(values.properties), fetchedAt });
  if (changed.length > 0) await emit(ctx, 'contact.updated', { contactId: before.id, changed });
}

/** Equal for equal values, whatever the order of an object's keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
