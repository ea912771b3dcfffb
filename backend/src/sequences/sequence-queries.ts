import { createTenantCache } from '../core/cache.ts';
import type { Ctx } from '../core/ctx.ts';
import { newId } from '../core/ids.ts';
import { fromStored, type RunnableDefinition } from './stored-definition.ts';

export async function insertSequence(ctx: Ctx, sequence: { name: string; description: string }): Promise<string> {
  const now = ctx.clock.now();
  const id = newId(now);
  await ctx.db
    .insertInto('sequence')
    .values({ ...sequence, tenantId: ctx.tenantId, id, status: 'draft', publishedVersion: null, createdAt: now })
    .execute();
  return id;
}

export async function insertSequenceVersion(
  ctx: Ctx,
  sequenceId: string,
  version: number,
  definition: string,
): Promise<void> {
  await ctx.db
    .insertInto('sequenceVersion')
    .values({ tenantId: ctx.tenantId, sequenceId, version, definition, createdAt: ctx.clock.now() })
    .execute();
}

/** Only for a version that was never published: nobody can be running it. */
export async function pinSequenceVersion(
  ctx: Ctx,
  sequenceId: string,
  version: number,
  definition: string,
): Promise<void> {
  await ctx.db
    .updateTable('sequenceVersion')
    .set({ definition })
    .where('tenantId', '=', ctx.tenantId)
    .where('sequenceId', '=', sequenceId)
    .where('version', '=', version)
    .execute();
}

/** Locks the sequence, so that two authors make two versions and not one. */
export async function lockSequence(ctx: Ctx, id: string) {
  return ctx.db
    .selectFrom('sequence')
    .selectAll()
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function changeSequence(
  ctx: Ctx,
  id: string,
  change: {
    name?: string;
    description?: string;
    status?: 'draft' | 'published' | 'archived';
    publishedVersion?: number;
  },
): Promise<void> {
  if (Object.values(change).every((value) => value === undefined)) return;
  await ctx.db.updateTable('sequence').set(change).where('tenantId', '=', ctx.tenantId).where('id', '=', id).execute();
}

const withLatestVersion = (ctx: Ctx) =>
  ctx.db
    .selectFrom('sequence as s')
    .innerJoin('sequenceVersion as v', (join) =>
      join.onRef('v.tenantId', '=', 's.tenantId').onRef('v.sequenceId', '=', 's.id'),
    )
    .select([
      's.id',
      's.name',
      's.description',
      's.status',
      's.publishedVersion',
      's.createdAt',
      'v.version',
      'v.definition',
    ])
    .where('s.tenantId', '=', ctx.tenantId)
    .where('v.version', '=', (latest) =>
      latest
        .selectFrom('sequenceVersion as w')
        .select((is) => is.fn.max('w.version').as('version'))
        .whereRef('w.tenantId', '=', 's.tenantId')
        .whereRef('w.sequenceId', '=', 's.id'),
    );

/** A sequence with its latest version. */
export async function readSequence(ctx: Ctx, id: string) {
  return withLatestVersion(ctx).where('s.id', '=', id).executeTakeFirst();
}

export async function readSequences(
  ctx: Ctx,
  filter: { status?: 'draft' | 'published' | 'archived'; query?: string; before: string | null; limit: number },
) {
  let query = withLatestVersion(ctx);
  if (filter.status) query = query.where('s.status', '=', filter.status);
  if (filter.query)
    query = query.where('s.name', 'ilike', `%${filter.query.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`);
  if (filter.before) query = query.where('s.id', '<', filter.before);
  return query.orderBy('s.id', 'desc').limit(filter.limit).execute();
}

export async function readSequenceNames(ctx: Ctx, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .selectFrom('sequence')
    .select(['id', 'name'])
    .where('tenantId', '=', ctx.tenantId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The version that new enrollments start with; undefined for a draft, an archived sequence, and somebody else's. */
export async function readPublished(ctx: Ctx, id: string): Promise<{ name: string; version: number } | undefined> {
  const row = await ctx.db
    .selectFrom('sequence')
    .select(['name', 'publishedVersion'])
    .where('tenantId', '=', ctx.tenantId)
    .where('id', '=', id)
    .where('status', '=', 'published')
    .executeTakeFirst();
  return row?.publishedVersion ? { name: row.name, version: row.publishedVersion } : undefined;
}

const published = createTenantCache<RunnableDefinition>(1000);

/** A published version, which never changes. */
export function readRunnable(ctx: Ctx, sequenceId: string, version: number): Promise<RunnableDefinition> {
  return published(ctx, `${sequenceId} ${version}`, async () => {
    const row = await ctx.db
      .selectFrom('sequenceVersion')
      .select('definition')
      .where('tenantId', '=', ctx.tenantId)
      .where('sequenceId', '=', sequenceId)
      .where('version', '=', version)
      .executeTakeFirstOrThrow();
    const { definition, templateVersions } = fromStored(row.definition);
    return { definition, templateVersions: templateVersions ?? [] };
  });
}
