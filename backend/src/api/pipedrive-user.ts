/** Who opened one of our pages in Pipedrive, and which records that user may see: asked with the user's own token. */
import { z } from 'zod';
import type { Ctx, System } from '../core/ctx.ts';
import { type DomainError, Forbidden, InvalidInput, NotFound, Unauthenticated } from '../core/errors.ts';
import { type CrmAccount, CrmDisconnected, CrmRefused, type CrmVendor } from '../crm-sync/crm.ts';
import { crmAccount, GrantRefused, memberAccessToken, memberByUserId } from '../tenants/index.ts';
import { connectedTenant } from './authenticate.ts';
import type { PipedriveSession } from './pipedrive-surface.ts';
import type { OpenRecords } from './surface.ts';

/** What the vendor tells about Pipedrive's own signs. */
export interface PipedriveApp {
  enrollModalId: string | null;
  /** Whom a token of a page speaks for; null for one that is not Pipedrive's, or is too old. */
  readToken(token: string): { companyId: string; userId: string } | null;
  /** Whether the header is the app's own client id and secret. */
  isPipedrive(authorization: string): boolean;
  /** Whether the header is the password of this connection's notices. */
  isNotice(authorization: string, connectionId: string): boolean;
  visiblePeople(account: CrmAccount, recordIds: string[]): Promise<string[]>;
}

/** As many as a list hands over one by one. */
const mostSelected = 200;
const anyId = z.union([z.string().regex(/^\d{1,15}$/), z.number().int().nonnegative()]).transform(String);

export const opening = z.object({
  token: z.string().max(4000),
  userId: anyId,
  companyId: anyId,
  resource: z.string().max(40).default(''),
  selectedIds: z.array(anyId).max(mostSelected).default([]),
});
export type Opening = z.infer<typeof opening>;

/**
 * Throws Unauthenticated for a token that is not Pipedrive's or says something else than the address (`signature_refused`),
 * and for a user who has not installed SalesOS (`install_needed`); Forbidden for what the user may not see.
 */
export async function openAs(
  system: System,
  app: PipedriveApp,
  { token, userId, companyId, resource, selectedIds }: Opening,
): Promise<{ ctx: Ctx; session: PipedriveSession }> {
  const said = app.readToken(token);
  if (!said || said.userId !== userId || said.companyId !== companyId)
    throw new Unauthenticated('The page was not opened by Pipedrive, or too long ago. Reload it.', {
      code: 'signature_refused',
    });
  const { connection, ctx } = await connectedTenant(system, 'pipedrive', companyId);
  const known = await memberByUserId(ctx, 'pipedrive', userId);
  if (!known) throw installNeeded(system);
  const { member, identity } = known;
  const account: CrmAccount = {
    ...crmAccount(ctx, connection),
    token: (refused) => memberAccessToken(ctx, member.id, refused),
  };
  const vendor = system.sockets.crms.get('pipedrive')!;
  try {
    // Also where no record is open: only somebody who installed SalesOS has a session.
    await account.token();
    const records = await recordsFor(vendor, app, account, resource, selectedIds);
    const session = { accountId: companyId, userId, userEmail: identity.email, userName: member.name, records };
    return { ctx, session };
  } catch (error) {
    if (error instanceof GrantRefused || error instanceof CrmDisconnected) throw installNeeded(system);
    if (error instanceof CrmRefused)
      throw new Forbidden('You may not open this record in Pipedrive.', {
        code: 'no_permission',
        detail: error.message,
      });
    throw error;
  }
}

async function recordsFor(
  vendor: CrmVendor,
  app: PipedriveApp,
  account: CrmAccount,
  resource: string,
  selectedIds: string[],
): Promise<OpenRecords> {
  const [recordId, ...more] = selectedIds;
  if (recordId === undefined) return { objectType: resource, recordIds: [] };
  if (vendor.personTypes.includes(resource)) {
    if (more.length > 0) {
      const visible = await app.visiblePeople(account, selectedIds);
      if (visible.length === 0) throw new CrmRefused('NO_PERMISSION', 'None of the people can be seen.', '');
      return { objectType: 'person', recordIds: visible };
    }
    const [read] = await vendor.readPeople(account, [recordId]);
    if (!read || read.outcome === 'missing') throw new NotFound('person in Pipedrive');
    return { objectType: 'person', recordIds: [read.outcome === 'merged' ? read.intoRecordId : recordId] };
  }
  if (!vendor.groupTypes.includes(resource) || more.length > 0)
    throw new InvalidInput('SalesOS opens on people, and on one deal or organization at a time.');
  const group = await vendor.readGroup(account, resource, recordId);
  if (group.outcome === 'missing') throw new NotFound(`${resource} in Pipedrive`);
  return { objectType: resource, recordIds: [recordId], personIds: group.people.map((person) => person.recordId) };
}

const installNeeded = ({ settings }: System): DomainError =>
  new Unauthenticated(
    `Install SalesOS for yourself first: open ${settings.publicUrl}/connect/pipedrive, allow it, and reload this page.`,
    { code: 'install_needed' },
  );
