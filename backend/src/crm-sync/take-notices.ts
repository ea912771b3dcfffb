import { deleteByRecord, findByRecord, mergeRecords } from '../contacts/index.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../core/ctx.ts';
import { type Connection, findConnection, uninstallCrm } from '../tenants/index.ts';
import type { CrmNotice } from './crm.ts';
import { isEcho } from './echoes.ts';
import { forgetRecord } from './forget-record.ts';
import { insertNotices, scheduleReads } from './read-queries.ts';

/**
 * Takes in what a CRM says happened: late, doubled and in any order. A notice counts once, noted in the transaction of its
 * effect. What changed is read later from the CRM itself, so order does not matter; who is gone is stopped now. Only people
 * we know are read: others are read when somebody asks for them. Answers how many notices were new.
 */
export async function takeNotices(system: System, crm: string, notices: CrmNotice[]): Promise<number> {
  let taken = 0;
  for (const [accountId, theirs] of Map.groupBy(notices, (notice) => notice.accountId)) {
    const connection = await findConnection(system, crm, accountId);
    if (!connection) continue;
    const ctx = tenantContext(system, connection.tenantId);
    taken += await takeFrom(ctx, connection, theirs);
  }
  return taken;
}

/** The same for notices whose account is known. A key that comes twice in one call counts once. */
export async function takeFrom(ctx: Ctx, connection: Connection, notices: CrmNotice[]): Promise<number> {
  if (notices.length === 0) return 0;
  return inTransaction(ctx, async (ctx) => {
    const own = notices.map((notice) => ({ ...notice, accountId: connection.accountId }));
    const fresh = await insertNotices(ctx, connection.crm, own);
    const inOrder = own.sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
    let taken = 0;
    for (const notice of inOrder) if (fresh.delete(notice.key) && ++taken) await take(ctx, connection, notice);
    return taken;
  });
}

async function take(ctx: Ctx, connection: Connection, notice: CrmNotice): Promise<void> {
  const { crm, id } = connection;
  const now = ctx.clock.now();
  switch (notice.kind) {
    case 'created':
    case 'changed':
    case 'restored':
      if (await isEcho(ctx, id, notice)) return;
      if (await findByRecord(ctx, crm, notice.recordId)) await scheduleReads(ctx, id, [notice.recordId], now);
      return;
    case 'merged':
      await mergeRecords(ctx, crm, notice.intoRecordId, notice.mergedRecordIds);
      if (await findByRecord(ctx, crm, notice.intoRecordId)) await scheduleReads(ctx, id, [notice.intoRecordId], now);
      return;
    case 'deleted':
      if (!(await findByRecord(ctx, crm, notice.recordId))) return;
      await forgetRecord(ctx, connection, notice.recordId);
      // It may have been restored since, and that notice may have come first.
      await scheduleReads(ctx, id, [notice.recordId], now);
      return;
    case 'erased': {
      const known = await findByRecord(ctx, crm, notice.recordId);
      const isElsewhere = known?.records.some((one) => one.crm === crm && one.recordId !== notice.recordId) ?? false;
      await deleteByRecord(ctx, crm, notice.recordId, notice.isRecordOnly && isElsewhere ? 'deleted' : 'erased');
      return;
    }
    case 'uninstalled':
      // A late notice does not undo a later install.
      if (notice.occurredAt >= connection.connectedAt) await uninstallCrm(ctx, id);
  }
}
