import { type Contact, getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { connectionsOf } from '../tenants/index.ts';
import { insertEmailWrites, type NewWrite, touchFieldWrites } from './write-queries.ts';

/** What a queued mail points to; its words are read when it is written. */
export type QueuedMail =
  | { direction: 'outgoing'; messageId: string; at: string }
  | { direction: 'incoming'; inboundId: string; at: string };

/** Puts a mail in line for every connected CRM that has a record of the person. */
export async function queueMail(ctx: Ctx, contactId: string, mail: QueuedMail): Promise<void> {
  const key = mail.direction === 'outgoing' ? mail.messageId : mail.inboundId;
  const places = await placesOf(ctx, await getContact(ctx, contactId));
  await insertEmailWrites(
    ctx,
    places.map((place) => ({ ...place, key, payload: mail })),
  );
}

/** The score or the sequence status of a person changed: their fields are written once, however often that happens. */
export async function queueFields(ctx: Ctx, contactId: string): Promise<void> {
  const contact = await getContact(ctx, contactId);
  const places = await placesOf(ctx, contact);
  await touchFieldWrites(
    ctx,
    places.map((place) => ({ ...place, key: `fields:${contact.id}` })),
  );
}

async function placesOf(ctx: Ctx, contact: Contact): Promise<(Omit<NewWrite, 'key'> & { held: boolean })[]> {
  if (contact.status !== 'active') return [];
  return (await connectionsOf(ctx)).flatMap(({ id, crm, status }) => {
    const record = contact.records.find((record) => record.crm === crm);
    if (!record || status === 'uninstalled') return [];
    const held = status !== 'connected';
    return [{ connectionId: id, contactId: contact.id, recordId: record.recordId, held }];
  });
}
