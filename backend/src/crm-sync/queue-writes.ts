import { type Contact, getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { connectionsOf } from '../tenants/index.ts';
import { crmVendor } from './connection.ts';
import { insertEmailWrites, type NewWrite, readTaskKeys, touchWrites } from './write-queries.ts';

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
    places.map(({ crm: _, ...place }) => ({ ...place, key, payload: mail })),
  );
}

/** The score or the sequence status of a person changed: their fields are written once, however often that happens. */
export async function queueFields(ctx: Ctx, contactId: string): Promise<void> {
  const contact = await getContact(ctx, contactId);
  const places = await placesOf(ctx, contact);
  await touchWrites(
    ctx,
    'fields',
    places.map(({ crm: _, ...place }) => ({ ...place, key: `fields:${contact.id}` })),
  );
}

/** A task is new, was done or was cancelled: it is written to each CRM that has tasks and a record of the person. */
export async function queueTask(ctx: Ctx, contactId: string, taskId: string): Promise<void> {
  const places = await placesOf(ctx, await getContact(ctx, contactId));
  const withTasks = places.filter(({ crm }) => crmVendor(ctx, crm).writeTasks !== undefined);
  await touchWrites(
    ctx,
    'task',
    withTasks.map(({ crm: _, ...place }) => ({ ...place, key: taskId })),
  );
}

/** A sequence has ended, which cancels its open tasks without a fact for each: all tasks of the person are compared anew. */
export async function queueTasksAgain(ctx: Ctx, contactId: string): Promise<void> {
  for (const taskId of await readTaskKeys(ctx, contactId)) await queueTask(ctx, contactId, taskId);
}

async function placesOf(
  ctx: Ctx,
  contact: Contact,
): Promise<(Omit<NewWrite, 'key'> & { crm: string; held: boolean })[]> {
  if (contact.status !== 'active') return [];
  return (await connectionsOf(ctx)).flatMap(({ id, crm, status }) => {
    const record = contact.records.find((record) => record.crm === crm);
    if (!record || status === 'uninstalled') return [];
    const held = status !== 'connected';
    return [{ crm, connectionId: id, contactId: contact.id, recordId: record.recordId, held }];
  });
}
