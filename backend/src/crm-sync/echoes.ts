/**
 * What we wrote to a CRM lately, so that its notices of that can be told from a colleague's change: for CRMs whose notices do
 * not name the app that wrote. Kept in the database, because another process may take the notice.
 */
import type { Ctx, System } from '../core/ctx.ts';
import { type Connection, crmAccount } from '../tenants/index.ts';
import type { CrmAccount, CrmNotice } from './crm.ts';
import { deleteEchoesBefore, readEcho, saveEcho } from './echo-queries.ts';
import { later } from './retry.ts';

/** Pipedrive's notices come within seconds, and repeats of them within minutes. */
const keptSeconds = 600;
const notesFrom = ({ clock }: Pick<Ctx, 'clock'>): Date => later(clock.now(), -keptSeconds);

/** The account for calls that change records. */
export const accountToWrite = (ctx: Ctx, connection: Connection): CrmAccount => ({
  ...crmAccount(ctx, connection),
  noteWrite: (recordId, written) => saveEcho(ctx, { connectionId: connection.id, recordId, written }, notesFrom(ctx)),
});

/** Whether a notice tells nothing but what we wrote. */
export async function isEcho(ctx: Ctx, connectionId: string, notice: CrmNotice): Promise<boolean> {
  if (notice.kind !== 'changed' || !notice.changedTo) return false;
  const written = await readEcho(ctx, connectionId, notice.recordId, notesFrom(ctx));
  return written !== null && isOurs(written, notice.changedTo);
}

export function isOurs(written: Record<string, unknown>, changedTo: Record<string, unknown>): boolean {
  return Object.entries(changedTo).every(([name, value]) => name in written && written[name] === value);
}

export const forgetEchoes = (system: System): Promise<void> => deleteEchoesBefore(system, notesFrom(system));
