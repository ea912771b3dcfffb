import { type Insertable, type Selectable, sql } from 'kysely';
import type { Ctx } from '../core/ctx.ts';
import type { Tables } from '../core/tables.ts';

export type SuppressionRow = Selectable<Tables['suppression']>;
export type SuppressionReason = SuppressionRow['reason'];

/** Who asked not to be written to stays so, whatever a list or a CRM says later. */
export const finalReasons: SuppressionReason[] = ['opted_out', 'complaint'];

/** Adds suppressions; a final reason replaces another one. Answers the rows that are new or changed. */
export async function saveSuppressions(
  ctx: Ctx,
  rows: Omit<Insertable<Tables['suppression']>, 'tenantId' | 'createdAt'>[],
): Promise<SuppressionRow[]> {
  const { tenantId } = ctx;
  const createdAt = ctx.clock.now();
  return ctx.db
    .insertInto('suppression')
    .values(rows.map((row) => ({ ...row, tenantId, createdAt })))
    .onConflict((conflict) =>
      conflict
        .columns(['tenantId', 'key'])
        .doUpdateSet((from) => ({ reason: from.ref('excluded.reason'), source: from.ref('excluded.source') }))
        .where('suppression.reason', 'not in', finalReasons)
        .where('excluded.reason' as 'suppression.reason', 'in', finalReasons),
    )
    .returningAll()
    .execute();
}

export async function readSuppressions(ctx: Ctx, keys: string[]): Promise<Map<string, SuppressionRow>> {
  const rows = await ctx.db
    .selectFrom('suppression')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('key', '=', sql<string>`any(${keys}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

/** Addresses and domains, newest first, after the row with the key `before`. */
export function readSuppressionPage(ctx: Ctx, { before, limit }: { before: string | null; limit: number }) {
  let query = ctx.db
    .selectFrom('suppression')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('kind', 'in', ['address', 'domain']);
  if (before)
    query = query.where((where) =>
      where(
        where.refTuple('createdAt', 'key'),
        '<',
        where
          .selectFrom('suppression')
          .select(['createdAt', 'key'])
          .where('tenantId', '=', ctx.tenantId)
          .where('key', '=', before)
          .$asTuple('createdAt', 'key'),
      ),
    );
  return query.orderBy('createdAt', 'desc').orderBy('key', 'desc').limit(limit).execute();
}

/** Removes what may be removed; answers how many rows that were. */
export async function deleteSuppressions(ctx: Ctx, keys: string[]): Promise<number> {
  const deleted = await ctx.db
    .deleteFrom('suppression')
    .where('tenantId', '=', ctx.tenantId)
    .where('key', '=', sql<string>`any(${keys}::text[])`)
    .where('reason', 'not in', finalReasons)
    .returning('key')
    .execute();
  return deleted.length;
}

export async function insertConsent(ctx: Ctx, row: Insertable<Tables['consent']>): Promise<void> {
  await ctx.db.insertInto('consent').values(row).execute();
}

/** Of these people, those whose last word on tracking was yes. */
export async function readTrackingConsents(ctx: Ctx, personKeys: string[]): Promise<Set<string>> {
  const rows = await ctx.db
    .selectFrom('consent')
    .select(['personKey', 'granted'])
    .distinctOn('personKey')
    .where('tenantId', '=', ctx.tenantId)
    .where('purpose', '=', 'tracking')
    .where('personKey', '=', sql<string>`any(${personKeys}::text[])`)
    .orderBy('personKey')
    .orderBy('at', 'desc')
    .orderBy('granted')
    .execute();
  return new Set(rows.filter((row) => row.granted).map((row) => row.personKey));
}
