import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type ContactRow = Selectable<Tables['contact']>;
export interface RecordRef {
  crm: string;
  recordId: string;
  objectType: string;
}

/** Contacts with their addresses in order and the records they have now. */
const contacts = (ctx: Ctx) =>
  ctx.db
    .selectFrom('contact')
    .selectAll('contact')
    .select((from) => [
      sql<string[]>`array(${from
        .selectFrom('contactAddress')
        .select('address')
        .whereRef('contactAddress.tenantId', '=', 'contact.tenantId')
        .whereRef('contactAddress.contactId', '=', 'contact.id')
        .orderBy('position')})`.as('addresses'),
      sql<RecordRef[]>`coalesce((${from
        .selectFrom('contactRecord')
        .select(
          sql`json_agg(json_build_object('crm', crm, 'recordId', record_id, 'objectType', object_type) order by crm, record_id)`.as(
            'list',
          ),
        )
        .whereRef('contactRecord.tenantId', '=', 'contact.tenantId')
        .whereRef('contactRecord.contactId', '=', 'contact.id')
        .where('isCurrent', '=', true)}), '[]'::json)`.as('records'),
    ])
    .where('contact.tenantId', '=', ctx.tenantId);

export type FullRow = Awaited<ReturnType<typeof readContacts>>[number];

export const readContacts = (ctx: Ctx, ids: string[]) => contacts(ctx).where('contact.id', 'in', ids).execute();

export const readContactsByAddress = (ctx: Ctx, addresses: string[]) =>
  contacts(ctx)
    .where('contact.status', '=', 'active')
    .where('contact.id', 'in', (from) =>
      from
        .selectFrom('contactAddress')
        .select('contactId')
        .where('tenantId', '=', ctx.tenantId)
        .where('address', 'in', addresses),
    )
    .orderBy('contact.id')
    .execute();

/** The ids of active contacts with an address in a domain or below it. */
export async function readContactIdsByDomain(ctx: Ctx, domain: string): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('contact')
    .select('id')
    .where('tenantId', '=', ctx.tenantId)
    .where('status', '=', 'active')
    .where('id', 'in', (from) =>
      from
        .selectFrom('contactAddress')
        .select('contactId')
        .where('tenantId', '=', ctx.tenantId)
        .where((where) =>
          where.or([
            where(sql<string>`split_part(address, '@', 2)`, '=', domain),
            where(sql<string>`right(address, ${domain.length + 1})`, '=', `.${domain}`),
          ]),
        ),
    )
    .execute();
  return rows.map((row) => row.id);
}

export function readPage(ctx: Ctx, page: { before: string | null; limit: number }) {
  const query = contacts(ctx).where('contact.status', '=', 'active');
  const rest = page.before ? query.where('contact.id', '<', page.before) : query;
  return rest.orderBy('contact.id', 'desc').limit(page.limit).execute();
}

export async function readStatuses(ctx: Ctx, ids: string[]): Promise<Map<string, ContactRow['status']>> {
  const rows = await ctx.db
    .selectFrom('contact')
    .select(['id', 'status'])
    .where('tenantId', '=', ctx.tenantId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.status]));
}

export const lockContact = (ctx: Ctx, id: string): Promise<ContactRow | undefined> =>
  ctx.db
    .selectFrom('contact')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export async function insertContact(ctx: Ctx, row: Insertable<Tables['contact']>): Promise<void> {
  await ctx.db.insertInto('contact').values(row).execute();
}

export async function changeContact(ctx: Ctx, id: string, change: Updateable<Tables['contact']>): Promise<void> {
  await ctx.db.updateTable('contact').set(change).where('tenantId', '=', ctx.tenantId).where('id', '=', id).execute();
}

/** Contacts that were merged into one that is itself merged now: the trail stays one step long. */
export async function moveTrail(ctx: Ctx, fromId: string, toId: string): Promise<void> {
  await ctx.db
    .updateTable('contact')
    .set({ mergedIntoId: toId })
    .where('tenantId', '=', ctx.tenantId)
    .where('mergedIntoId', '=', fromId)
    .execute();
}

// Records

export const readRecord = (ctx: Ctx, crm: string, recordId: string) =>
  ctx.db
    .selectFrom('contactRecord')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('crm', '=', crm)
    .where('recordId', '=', recordId)
    .executeTakeFirst();

/** True when the record was unknown; whoever inserts it first decides whose it is. */
export async function insertRecord(
  ctx: Ctx,
  record: RecordRef & { contactId: string },
  linkedAt: Date,
): Promise<boolean> {
  const inserted = await ctx.db
    .insertInto('contactRecord')
    .values({ ...record, tenantId: ctx.tenantId, linkedAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('recordId')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function saveRecord(
  ctx: Ctx,
  record: RecordRef & { contactId: string; isCurrent: boolean },
): Promise<void> {
  const { crm, recordId, objectType, contactId, isCurrent } = record;
  await ctx.db
    .insertInto('contactRecord')
    .values({ tenantId: ctx.tenantId, crm, recordId, objectType, contactId, isCurrent })
    .onConflict((conflict) =>
      conflict.columns(['tenantId', 'crm', 'recordId']).doUpdateSet({ objectType, contactId, isCurrent }),
    )
    .execute();
}

/** What a CRM says of a record; null with an erasure. */
export async function saveSaid(
  ctx: Ctx,
  crm: string,
  recordId: string,
  said: object | null,
  fetchedAt: Date,
): Promise<void> {
  await ctx.db
    .updateTable('contactRecord')
    .set({ said: said && JSON.stringify(said), fetchedAt })
    .where('tenantId', '=', ctx.tenantId)
    .where('crm', '=', crm)
    .where('recordId', '=', recordId)
    .execute();
}

/** What the records of a person say now; the record that was known first comes first. */
export async function readSaid(ctx: Ctx, contactId: string): Promise<object[]> {
  const rows = await ctx.db
    .selectFrom('contactRecord')
    .select('said')
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('isCurrent', '=', true)
    .orderBy('linkedAt', (order) => order.asc().nullsFirst())
    .orderBy('crm')
    .orderBy('recordId')
    .execute();
  return rows.flatMap((row) => row.said ?? []);
}

/** Where the CRMs take copies of mails to these people; of several records of one CRM the one known first. */
export async function readCopyAddresses(ctx: Ctx, contactIds: string[]) {
  const { rows } = await sql<{ contactId: string; crm: string; address: string }>`
    select contact_id, crm, said->>'mailCopyTo' as address from contact_record
    where tenant_id = ${ctx.tenantId} and contact_id = any(${contactIds}::uuid[]) and is_current and said->>'mailCopyTo' is not null
    order by linked_at nulls first, crm, record_id`.execute(ctx.db);
  return rows;
}

/** Nothing that any CRM said of an erased person stays. */
export async function forgetSaid(ctx: Ctx, contactId: string): Promise<void> {
  await ctx.db
    .updateTable('contactRecord')
    .set({ said: null, isCurrent: false })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .execute();
}

/** True while any record leads to this person. */
export async function hasRecords(ctx: Ctx, contactId: string): Promise<boolean> {
  const found = await ctx.db
    .selectFrom('contactRecord')
    .select('recordId')
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .where('isCurrent', '=', true)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Until the transaction ends, whoever else brings a new person with this address waits. */
export async function lockAddress(ctx: Ctx, address: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${ctx.tenantId} ${address}`}, 0))`.execute(ctx.db);
}

export async function moveRecords(ctx: Ctx, fromContactId: string, toContactId: string): Promise<void> {
  await ctx.db
    .updateTable('contactRecord')
    .set({ contactId: toContactId })
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', fromContactId)
    .execute();
}

// Addresses

export async function readAddresses(ctx: Ctx, contactId: string): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('contactAddress')
    .select('address')
    .where('tenantId', '=', ctx.tenantId)
    .where('contactId', '=', contactId)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.address);
}

export async function replaceAddresses(ctx: Ctx, contactId: string, addresses: string[]): Promise<void> {
  const { tenantId } = ctx;
  await ctx.db
    .deleteFrom('contactAddress')
    .where('tenantId', '=', tenantId)
    .where('contactId', '=', contactId)
    .execute();
  if (addresses.length === 0) return;
  const rows = addresses.map((address, position) => ({ tenantId, contactId, address, position }));
  await ctx.db.insertInto('contactAddress').values(rows).execute();
}
