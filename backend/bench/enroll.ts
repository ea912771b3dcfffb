import { sql } from 'kysely';
import { type Ctx, inTransaction } from '../src/core/ctx.ts';
import type { Database } from '../src/core/db.ts';
import { newId } from '../src/core/ids.ts';
import { lockDue } from '../src/sequences/enrollment-queries.ts';
import { enrollMany } from '../src/sequences/index.ts';
import { addMailbox } from '../testing/fixtures.ts';
import { cpuCost, interleave, medianOf, perOperation, ratioOf, type Sample, watchCpu } from './measure.ts';
import { addPeople, addSequence } from './people.ts';
import { type Bench, type Figure, round, type Scale } from './report.ts';
import { addTenant, openScratch, startSystem, wholeProduct } from './scratch.ts';

export const bench: Bench = {
  name: 'enroll',
  about: 'enrolling many people at once, and finding what is due among many',
  run: async (scale) => [await enrolling(scale), await claiming(scale)],
};

/** What an enrollment writes; the raw insert writes the same rows into tables like these. */
const tables = ['enrollment', 'decision', 'event', 'pgboss.job_common'];

async function enrolling({ rounds, size }: Scale): Promise<Figure> {
  const scratch = await openScratch();
  const { db } = scratch.database;
  const { system, stop } = await startSystem(scratch.database, wholeProduct);
  try {
    const ctx = await addTenant(system);
    const count = Math.round(10_000 * size);
    const [mailboxId, sequenceId, contactIds] = [
      await addMailbox(ctx),
      await addSequence(ctx),
      await addPeople(ctx, count),
    ];
    await scratch.database.analyze();
    const cpu = await watchCpu(db, 'postgres');
    let raw: RawInsert[] = [];
    const samples = await interleave(rounds, {
      async ours() {
        await sql`truncate enrollment, decision, event, pgboss.job`.execute(db);
        const sample = await perOperation(cpu, count, () =>
          enrollMany(ctx, { contactIds, sequenceId, mailboxId, source: 'api' }),
        );
        const { rows } = await sql`select from enrollment`.execute(db);
        if (rows.length !== count) throw new Error(`Of ${count} people ${rows.length} were enrolled.`);
        if (raw.length === 0) raw = await Promise.all(tables.map((table) => rawInsert(db, table)));
        return sample;
      },
      async raw() {
        for (const { clear } of raw) await clear();
        return perOperation(cpu, count, async () => {
          for (const { insert } of raw) await insert();
        });
      },
    });
    const rate = (name: keyof typeof samples) =>
      `${round(medianOf(samples[name], 'perCoreSecond'))} people/s per core, ${cpuCost(samples[name])}`;
    const rowCount = raw.reduce((sum, { rows }) => sum + rows, 0) / count;
    return {
      what: `Enrolling ${round(count)} people (${round(rowCount)} rows each)`,
      ours: rate('ours'),
      anchor: `${rate('raw')} (raw unnest insert of the same rows)`,
      ratio: ratioOf(samples.ours, samples.raw, 'perCoreSecond'),
      goal: { atLeast: 0.12 },
      boundBy: 'the jobs of what follows an enrollment, and every check that may refuse one',
    };
  } finally {
    await stop();
    await scratch.drop();
  }
}

interface RawInsert {
  rows: number;
  clear(): Promise<unknown>;
  insert(): Promise<void>;
}

const chunk = 1000;

/** Remembers the rows of a table and can insert them, a thousand per statement, into an empty one with the same indexes. */
async function rawInsert(db: Database, table: string): Promise<RawInsert> {
  const copy = `raw_${table.replace('.', '_')}`;
  await sql`create table ${sql.ref(copy)} (like ${sql.table(table)} including all)`.execute(db);
  const columns = await sql<{ name: string; type: string }>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`.execute(
    db,
  );
  const names = columns.rows.map(({ name }) => sql.ref(name));
  const texts = columns.rows.map(({ name }) => sql`${sql.ref(name)}::text`);
  const { rows } = await sql<Record<string, string | null>>`select ${sql.join(texts)} from ${sql.table(table)}`.execute(
    db.withoutPlugins(),
  );
  const chunks = Array.from({ length: Math.ceil(rows.length / chunk) }, (_, index) => {
    const part = rows.slice(index * chunk, (index + 1) * chunk);
    return columns.rows.map(({ name }) => part.map((row) => row[name] ?? null));
  });
  const values = columns.rows.map(({ name, type }) => sql`${sql.ref(name)}::${sql.raw(type)}`);
  return {
    rows: rows.length,
    clear: () => sql`truncate ${sql.ref(copy)}`.execute(db),
    async insert() {
      for (const arrays of chunks) {
        const lists = arrays.map((array) => sql`${array}::text[]`);
        await sql`insert into ${sql.ref(copy)} (${sql.join(names)}) select ${sql.join(values)}
          from unnest(${sql.join(lists)}) as row(${sql.join(names)})`.execute(db);
      }
    },
  };
}

const due = 1000;
const batch = 100;
const claims = 50;

async function claiming({ rounds, size }: Scale): Promise<Figure> {
  const counts = { few: 10_000, many: Math.round(1_000_000 * size) };
  const few = await enrolled(counts.few);
  const many = await enrolled(counts.many);
  try {
    const samples = await interleave(rounds, { few: few.claim, many: many.claim });
    return {
      what: `Claiming ${batch} due steps among ${round(counts.many)} enrollments`,
      ours: `${cpuCost(samples.many)} a claim`,
      anchor: `${cpuCost(samples.few)} (among ${round(counts.few)})`,
      ratio: ratioOf(samples.many, samples.few, 'cpuMicroseconds'),
      goal: { atMost: 1.3 },
      boundBy: 'the index of what is due, which does not see the others',
    };
  } finally {
    await few.drop();
    await many.drop();
  }
}

/** A database with so many running enrollments, of which a thousand are due. */
async function enrolled(count: number): Promise<{ claim(): Promise<Sample>; drop(): Promise<void> }> {
  const scratch = await openScratch();
  const { system, stop } = await startSystem(scratch.database);
  const ctx = await addTenant(system);
  await fill(ctx, count);
  await scratch.database.analyze();
  const cpu = await watchCpu(system.db, 'postgres');
  return {
    claim: () =>
      perOperation(cpu, claims, async () => {
        for (let claim = 0; claim < claims; claim++) await claimAndLetGo(ctx);
      }),
    async drop() {
      await stop();
      await scratch.drop();
    },
  };
}

class LetGo extends Error {}

/** Locks a batch as the worker does and rolls back, so that every claim finds the same. */
async function claimAndLetGo(ctx: Ctx): Promise<void> {
  try {
    await inTransaction(ctx, async (ctx) => {
      const found = await lockDue(ctx, ctx.clock.now(), batch);
      if (found.length !== batch) throw new Error(`${found.length} of ${batch} were claimed.`);
      throw new LetGo();
    });
  } catch (error) {
    if (!(error instanceof LetGo)) throw error;
  }
}

async function fill(ctx: Ctx, count: number): Promise<void> {
  const now = ctx.clock.now();
  await sql`
    insert into enrollment (tenant_id, id, sequence_id, sequence_version, contact_id, mailbox_id, status, step_index, next_step_at, source, started_by, started_at)
    select ${ctx.tenantId}::uuid, gen_random_uuid(), ${newId(now)}::uuid, 1, gen_random_uuid(), ${newId(now)}::uuid, 'active', 0,
      ${now}::timestamptz + case when n <= ${due} then interval '-1 hour' else interval '1 day' end + n * interval '1 second', 'api', 'Bench', ${now}::timestamptz
    from generate_series(1, ${count}::int) as n`.execute(ctx.db);
}
