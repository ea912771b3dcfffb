import type { Ctx, System } from '../core/ctx.ts';

/** Not of one tenant: the caller proves with the password whose it is. */
export const readAutomationSecret = (
  { db }: System,
  connectionId: string,
): Promise<{ tenantId: string; hash: string } | undefined> =>
  db
    .selectFrom('automationSecret')
    .select(['tenantId', 'hash'])
    .where('connectionId', '=', connectionId)
    .executeTakeFirst();

export async function saveAutomationSecret({ db, tenantId, clock }: Ctx, connectionId: string, hash: string) {
  const createdAt = clock.now();
  await db
    .insertInto('automationSecret')
    .values({ connectionId, tenantId, hash, createdAt })
    .onConflict((conflict) =>
      conflict
        .column('connectionId')
        .doUpdateSet({ hash, createdAt })
        .where('automationSecret.tenantId', '=', tenantId),
    )
    .execute();
}

export interface AutomationDelivery {
  id: string;
  connectionId: string;
  at: Date;
  action: string;
  /** The person's, where one was found. */
  recordId: string | null;
  result: string;
  message: string;
}

/** Notes one, and forgets those beyond the number that is shown. */
export async function noteDelivery({ db, tenantId }: Ctx, delivery: AutomationDelivery, kept: number): Promise<void> {
  await db
    .insertInto('automationDelivery')
    .values({ tenantId, ...delivery })
    .execute();
  const oldest = await deliveries(db, tenantId, delivery.connectionId).offset(kept).limit(1).executeTakeFirst();
  if (!oldest) return;
  await db
    .deleteFrom('automationDelivery')
    .where('tenantId', '=', tenantId)
    .where('connectionId', '=', delivery.connectionId)
    .where('id', '<=', oldest.id)
    .execute();
}

/** Whether nothing was asked for this person since. */
export async function isLatestDelivery({ db, tenantId }: Ctx, recordId: string, deliveryId: string): Promise<boolean> {
  const newer = await db
    .selectFrom('automationDelivery')
    .select('id')
    .where('tenantId', '=', tenantId)
    .where('recordId', '=', recordId)
    .where('id', '>', deliveryId)
    .executeTakeFirst();
  return newer === undefined;
}

/** Newest first. */
export const readDeliveries = ({ db, tenantId }: Ctx, connectionId: string): Promise<AutomationDelivery[]> =>
  deliveries(db, tenantId, connectionId).execute();

const deliveries = (db: Ctx['db'], tenantId: string, connectionId: string) =>
  db
    .selectFrom('automationDelivery')
    .select(['id', 'connectionId', 'at', 'action', 'recordId', 'result', 'message'])
    .where('tenantId', '=', tenantId)
    .where('connectionId', '=', connectionId)
    .orderBy('id', 'desc');
