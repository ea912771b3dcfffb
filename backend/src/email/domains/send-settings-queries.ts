import { type Selectable, sql, type Updateable } from 'kysely';
import type { Ctx, System } from '../../core/ctx.ts';
import { readTogether } from '../../core/read-together.ts';
import type { Tables } from '../../core/tables.ts';

export type SendSettingsRow = Selectable<Tables['sendSettings']>;

export const readSendSettings = (ctx: Ctx): Promise<SendSettingsRow | undefined> =>
  ctx.db.selectFrom('sendSettings').selectAll().where('tenantId', '=', ctx.tenantId).executeTakeFirst();

/** Makes the account's row if there is none yet. */
export async function insertSendSettings(ctx: Ctx, recipientDomainDailyCap: number | null): Promise<void> {
  await ctx.db
    .insertInto('sendSettings')
    .values({ tenantId: ctx.tenantId, recipientDomainDailyCap })
    .onConflict((conflict) => conflict.column('tenantId').doNothing())
    .execute();
}

export async function changeSendSettings(ctx: Ctx, change: Updateable<Tables['sendSettings']>): Promise<void> {
  await ctx.db.updateTable('sendSettings').set(change).where('tenantId', '=', ctx.tenantId).execute();
}

/** The verified host of an account, asked by its id as the key. */
export const readVerifiedHost = readTogether(async (db, keys) => {
  const { rows } = await sql<{ tenantId: string; id: string; host: string }>`
    select s.tenant_id, s.tenant_id as id, s.tracking_host as host
    from unnest(${keys.map((key) => key.tenantId)}::uuid[]) as wanted(tenant_id)
    join send_settings s on s.tenant_id = wanted.tenant_id and s.tracking_state = 'verified'`.execute(db);
  return rows;
});

/** Across tenants: who sends people through this host. */
export async function hostHolder(system: System, host: string): Promise<string | null> {
  const row = await system.db
    .selectFrom('sendSettings')
    .select('tenantId')
    .where('trackingHost', '=', host)
    .where('trackingState', '=', 'verified')
    .executeTakeFirst();
  return row?.tenantId ?? null;
}

/** Across tenants: hosts whose check is due; takes them until `until`. */
export async function takeHostsToCheck(system: System, now: Date, until: Date, limit: number) {
  const { rows } = await sql<{ tenantId: string; trackingHost: string }>`
    update send_settings s set tracking_check_at = ${until}
    from (select tenant_id from send_settings where tracking_host is not null and tracking_check_at <= ${now}
      order by tracking_check_at limit ${limit} for update skip locked) due
    where s.tenant_id = due.tenant_id returning s.tenant_id, s.tracking_host`.execute(system.db);
  return rows;
}

/** The mailboxes' domains are looked after from now on, the known ones again at once. */
export async function watchDomain(ctx: Ctx, domain: string): Promise<void> {
  const nextCheckAt = ctx.clock.now();
  await ctx.db
    .insertInto('sendingDomain')
    .values({ tenantId: ctx.tenantId, domain, checkedAt: null, nextCheckAt, findings: '[]' })
    .onConflict((conflict) => conflict.columns(['tenantId', 'domain']).doUpdateSet({ nextCheckAt }))
    .execute();
}

export const readDomains = (ctx: Ctx) =>
  ctx.db.selectFrom('sendingDomain').selectAll().where('tenantId', '=', ctx.tenantId).orderBy('domain').execute();

/** All domains of the account and its tracking host are checked at the next look. */
export async function checkSoon(ctx: Ctx): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.updateTable('sendingDomain').set({ nextCheckAt: now }).where('tenantId', '=', ctx.tenantId).execute();
  await changeSendSettings(ctx, { trackingCheckAt: now });
}

/** Across tenants: domains whose check is due, with the vendors that send from them; takes them until `until`. */
export async function takeDomainsToCheck(system: System, now: Date, until: Date, limit: number) {
  const { rows } = await sql<{ tenantId: string; domain: string; vendors: string[] }>`
    update sending_domain d set next_check_at = ${until}
    from (select tenant_id, domain from sending_domain where next_check_at <= ${now} order by next_check_at limit ${limit} for update skip locked) due
    where d.tenant_id = due.tenant_id and d.domain = due.domain
    returning d.tenant_id, d.domain, array(select distinct b.vendor from mailbox b where b.tenant_id = d.tenant_id
      and split_part(b.address, '@', 2) = d.domain and b.status <> 'disconnected') as vendors`.execute(system.db);
  return rows;
}

export async function saveFindings(
  ctx: Ctx,
  domain: string,
  findings: Selectable<Tables['sendingDomain']>['findings'],
  nextCheckAt: Date,
): Promise<void> {
  await ctx.db
    .updateTable('sendingDomain')
    .set({ findings: JSON.stringify(findings), checkedAt: ctx.clock.now(), nextCheckAt })
    .where('tenantId', '=', ctx.tenantId)
    .where('domain', '=', domain)
    .execute();
}

export async function forgetDomain(ctx: Ctx, domain: string): Promise<void> {
  await ctx.db.deleteFrom('sendingDomain').where('tenantId', '=', ctx.tenantId).where('domain', '=', domain).execute();
}
