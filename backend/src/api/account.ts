import type { accountEndpoints } from '@salesos/shared/api/account.ts';
import type { Scope } from '@salesos/shared/api/endpoint.ts';
import { answerSamePerson } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import {
  disconnectMailbox,
  getMailbox,
  listMailboxes,
  pauseMailboxByHand,
  recheckDomains,
  resumeMailbox,
  updateMailbox,
} from '../email/index.ts';
import {
  type ApiKeyView,
  createApiKey,
  getTenant,
  identitiesOf,
  listApiKeys,
  listMembers,
  type Member,
  revokeApiKey,
  setMemberRole,
} from '../tenants/index.ts';
import { type Handlers, requireScopes } from './endpoint.ts';
import { pageOf } from './page-of.ts';
import { iso, isoOrNull } from './present.ts';
import { changeSettings, presentMailbox, readSettings } from './settings.ts';

const shownDeadLetters = 200;

export const accountHandlers: Handlers<typeof accountEndpoints> = {
  getMe: async ({ ctx, scopes }) => {
    const { id, name } = await getTenant(ctx);
    return { account: { id, name }, key: { id: ctx.actor.id, name: ctx.actor.name, scopes: [...scopes] } };
  },
  getSettings: ({ ctx }) => readSettings(ctx),
  updateSettings: async ({ ctx, body }) => {
    await changeSettings(ctx, body);
    return readSettings(ctx);
  },
  checkDomains: async ({ ctx }) => {
    await recheckDomains(ctx);
    return readSettings(ctx);
  },
  answerSamePerson: async ({ ctx, params, body }) => {
    await answerSamePerson(ctx, { ...params, ...body });
    return readSettings(ctx);
  },
  pauseMailbox: async ({ ctx, params }) => presentMailbox(ctx, await pauseMailboxByHand(ctx, params.mailboxId)),
  resumeMailbox: async ({ ctx, params }) => presentMailbox(ctx, await resumeMailbox(ctx, params.mailboxId)),
  listMailboxes: async ({ ctx, query }) => {
    const mailboxes = await listMailboxes(ctx);
    return pageOf(query, inMemory(mailboxes), (mailbox) => presentMailbox(ctx, mailbox));
  },
  getMailbox: async ({ ctx, params }) => presentMailbox(ctx, await getMailbox(ctx, params.mailboxId)),
  updateMailbox: async ({ ctx, params, body }) => presentMailbox(ctx, await updateMailbox(ctx, params.mailboxId, body)),
  disconnectMailbox: async ({ ctx, params }) => {
    await disconnectMailbox(ctx, params.mailboxId);
    return presentMailbox(ctx, await getMailbox(ctx, params.mailboxId));
  },
  listMembers: async ({ ctx, query }) => {
    const members = await Promise.all((await listMembers(ctx)).map((member) => presentMember(ctx, member)));
    return pageOf(query, inMemory(members), (member) => member);
  },
  updateMember: async ({ ctx, params, body }) =>
    presentMember(ctx, await setMemberRole(ctx, params.memberId, body.role)),
  createApiKey: async ({ ctx, body, scopes }) => {
    // Or a key that may only create keys could give itself every right.
    requireScopes(body.scopes as Scope[], scopes);
    const { key, view } = await createApiKey(ctx, body);
    return { key, apiKey: presentKey(view) };
  },
  listApiKeys: async ({ ctx, query }) => pageOf(query, inMemory(await listApiKeys(ctx)), presentKey),
  revokeApiKey: async ({ ctx, params }) => presentKey(await revokeApiKey(ctx, params.keyId)),
  listDeadLetters: async ({ ctx }) => {
    const letters = await ctx.jobs.deadLetters(ctx.tenantId, shownDeadLetters);
    return { data: letters.map(({ failedAt, ...letter }) => ({ ...letter, failedAt: iso(failedAt) })) };
  },
  redriveDeadLetters: async ({ ctx, body }) => ({ redrivenCount: await ctx.jobs.redrive(ctx.tenantId, body.ids) }),
};

/** Pages of a list that is short by nature (mailboxes, keys): read whole, newest first. */
function inMemory<Row extends { id: string }>(rows: Row[]) {
  const newestFirst = rows.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return async ({ before, limit }: { before: string | null; limit: number }) =>
    newestFirst.filter(({ id }) => before === null || id < before).slice(0, limit);
}

async function presentMember(ctx: Ctx, { id, name, email, role }: Member) {
  const identities = await identitiesOf(ctx, id);
  return { id, name, email, role, crms: identities.map(({ crm, crmUserId }) => ({ crm, userId: crmUserId })) };
}

const presentKey = (key: ApiKeyView) => ({
  ...key,
  createdAt: iso(key.createdAt),
  lastUsedAt: isoOrNull(key.lastUsedAt),
  revokedAt: isoOrNull(key.revokedAt),
});
