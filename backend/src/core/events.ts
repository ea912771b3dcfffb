import { type EventData, type EventName, eventCatalogue } from '@salesos/shared/events.ts';
import { sql } from 'kysely';
import { z } from 'zod';
import { type Ctx, inTransaction } from './ctx.ts';
import { newId } from './ids.ts';
import { defineJob } from './jobs.ts';

/** A fact that was announced. */
export interface Fact<N extends EventName = EventName> {
  id: string;
  name: N;
  data: EventData<N>;
  at: Date;
}

/**
 * A reaction to a fact. It runs in a transaction of its own, once per fact whatever is retried, and touches the database
 * only: what must reach a vendor is enqueued as a job.
 */
export interface Reaction<N extends EventName = EventName> {
  event: N;
  /** Who reacts, as in `sequences.stop-on-reply`. Part of what makes it run once, so it is never renamed. */
  subscriber: string;
  run(ctx: Ctx, fact: Fact<N>): Promise<void>;
}

export const on = <N extends EventName>(event: N, subscriber: string, run: Reaction<N>['run']): Reaction => ({
  event,
  subscriber,
  // The run function only ever sees facts of its own name.
  run: run as unknown as Reaction['run'],
});

/**
 * Announces facts in the context's transaction: their rows, and the jobs of the reactions to them, commit with the change
 * itself.
 * The data is checked against the catalogue; a wrong fact fails the transaction.
 */
export async function emit<N extends EventName>(ctx: Ctx, name: N, ...facts: EventData<N>[]): Promise<void> {
  if (facts.length === 0) return;
  const at = ctx.clock.now();
  const rows = facts.map((data) => ({ id: newId(at), data: eventCatalogue[name].parse(data) }));
  await sql`
    insert into event (tenant_id, name, at, id, contact_id, data)
    select ${ctx.tenantId}::uuid, ${name}::text, ${at}::timestamptz, f.*
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ data }) => ('contactId' in data ? data.contactId : null))}::uuid[],
      ${rows.map(({ data }) => JSON.stringify(data))}::jsonb[]) as f`.execute(ctx.db);
  const groups = groupsOf(
    rows.map((row) => row.id),
    factsPerJob,
  );
  const jobs = (ctx.reactions.get(name) ?? []).flatMap(({ subscriber }) =>
    groups.map((eventIds) => ({ payload: { eventIds, subscriber } })),
  );
  if (jobs.length > 0) await ctx.jobs.insert(ctx.db, ctx.tenantId, reactionJob, jobs);
}

/** Facts that were announced together share their jobs: a job costs as much as a short reaction. */
const factsPerJob = 20;

function groupsOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

export const reactionJob = defineJob({
  name: 'react',
  payload: z.object({ eventIds: z.array(z.uuid()).max(factsPerJob), subscriber: z.string() }),
  retryLimit: 8,
  retryDelaySeconds: 2,
  timeoutSeconds: 60,
  async run(ctx, { eventIds, subscriber }) {
    const failures: unknown[] = [];
    for (const eventId of eventIds)
      await react(ctx, eventId, subscriber).catch((error) => {
        ctx.log.warn({ error, eventId, subscriber }, 'reaction failed');
        failures.push(error);
      });
    // The job is tried again; the reactions that have run do nothing then.
    if (failures.length > 0) throw failures[0];
  },
});

async function react(ctx: Ctx, eventId: string, subscriber: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const row = await ctx.db
      .selectFrom('event')
      .select(['id', 'name', 'data', 'at'])
      .where('tenantId', '=', ctx.tenantId)
      .where('id', '=', eventId)
      .executeTakeFirstOrThrow();
    const first = await ctx.db
      .insertInto('eventReaction')
      .values({ tenantId: ctx.tenantId, eventId, subscriber })
      .onConflict((conflict) => conflict.doNothing())
      .returning('eventId')
      .executeTakeFirst();
    if (!first) return;
    const name = row.name as EventName;
    const reaction = ctx.reactions.get(name)?.find((candidate) => candidate.subscriber === subscriber);
    if (!reaction) throw new Error(`No reaction ${subscriber} to ${name} in this version.`);
    await reaction.run(ctx, { id: row.id, name, data: eventCatalogue[name].parse(row.data), at: row.at });
  });
}

/** Reactions by the event they wait for; refuses two with one name. */
export function reactionsByEvent(reactions: Reaction[]): Map<EventName, Reaction[]> {
  const byEvent = new Map<EventName, Reaction[]>();
  for (const reaction of reactions) {
    const others = byEvent.get(reaction.event) ?? [];
    if (others.some((other) => other.subscriber === reaction.subscriber))
      throw new Error(`Two reactions are called ${reaction.subscriber}.`);
    byEvent.set(reaction.event, [...others, reaction]);
  }
  return byEvent;
}
