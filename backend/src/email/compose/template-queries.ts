import type { Ctx } from '../../core/ctx.ts';
import { newId } from '../../core/ids.ts';

export interface TemplateWords {
  subject: string;
  html: string | null;
  text: string | null;
}

export async function insertTemplate(ctx: Ctx, name: string) {
  const now = ctx.clock.now();
  const row = { tenantId: ctx.tenantId, id: newId(now), name, latestVersion: 0, archivedAt: null, createdAt: now };
  await ctx.db.insertInto('template').values(row).execute();
  return row;
}

/** Locks the template, so that two authors make two versions and not one. */
export async function lockTemplate(ctx: Ctx, id: string) {
  return ctx.db
    .selectFrom('template')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertVersion(ctx: Ctx, templateId: string, version: number, words: TemplateWords) {
  await ctx.db
    .insertInto('templateVersion')
    .values({ tenantId: ctx.tenantId, templateId, version, ...words, createdAt: ctx.clock.now() })
    .execute();
  await ctx.db
    .updateTable('template')
    .set({ latestVersion: version })
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', templateId)
    .execute();
}

export async function changeTemplate(ctx: Ctx, id: string, change: { name?: string; archivedAt?: Date }) {
  return ctx.db
    .updateTable('template')
    .set(change)
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
}

const withWords = (ctx: Ctx) =>
  ctx.db
    .selectFrom('template as t')
    .innerJoin('templateVersion as v', (join) =>
      join.onRef('v.tenantId', '=', 't.tenantId').onRef('v.templateId', '=', 't.id'),
    )
    .select([
      't.id',
      't.name',
      't.latestVersion',
      't.archivedAt',
      't.createdAt',
      'v.version',
      'v.subject',
      'v.html',
      'v.text',
    ])
    .where('t.tenantId', '=', ctx.tenantId);

/** A template with the words of one version; the latest if none is named. */
export async function getTemplateRow(ctx: Ctx, id: string, version?: number) {
  const query = withWords(ctx).where('t.id', '=', id);
  return (
    version === undefined ? query.whereRef('v.version', '=', 't.latestVersion') : query.where('v.version', '=', version)
  ).executeTakeFirst();
}

export async function listTemplateRows(ctx: Ctx, page: { before: string | null; limit: number; archived: boolean }) {
  let query = withWords(ctx).whereRef('v.version', '=', 't.latestVersion');
  query = query.where('t.archivedAt', page.archived ? 'is not' : 'is', null);
  if (page.before) query = query.where('t.id', '<', page.before);
  return query.orderBy('t.id', 'desc').limit(page.limit).execute();
}
