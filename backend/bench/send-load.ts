/** A thousand mailboxes and mails that are due, on any engine. */
import { sql } from 'kysely';
import { type Ctx, tenantContext } from '../src/core/ctx.ts';
import type { OpenDatabase } from '../src/core/db.ts';
import { newId } from '../src/core/ids.ts';
import { createTemplate } from '../src/email/compose/templates.ts';
import { scheduleMessages } from '../src/email/delivery/schedule.ts';
import { addContact, addMailbox } from '../testing/fixtures.ts';
import { benchMailboxes } from './bench-mailbox.ts';
import { source, values } from './mail-source.ts';
import { addTenant, startSystem, wholeProduct } from './scratch.ts';

export interface SendLoad {
  ctx: Ctx;
  /** Puts `count` mails in line, one after the other over all mailboxes. None is due yet. */
  schedule(count: number): Promise<void>;
  /** Lets the next `count` be due. */
  release(count: number): Promise<void>;
  /** The product's own wakeups, until nothing is due. */
  send(): Promise<void>;
  sent(): Promise<number>;
  clear(): Promise<void>;
  stop(): Promise<void>;
}

const later = new Date('2100-01-01T00:00:00Z');

export async function openSendLoad(
  database: OpenDatabase,
  mailboxCount: number,
  providerPort: number,
): Promise<SendLoad> {
  const { system, stop } = await startSystem(database, wholeProduct);
  system.sockets.mailboxes = new Map([['bench', benchMailboxes(system.http, providerPort)]]);
  const ctx = await addTenant(system);
  const { id, version } = await createTemplate(ctx, { name: 'Bench', ...source });
  const people: { mailboxId: string; contactId: string; address: string }[] = [];
  for (let index = 0; index < mailboxCount; index++) {
    const address = `dana${index}@customer.example`;
    people.push({
      mailboxId: await addMailbox(ctx, {
        vendor: 'bench',
        address: `robin${index}@sender.example`,
        dailyCap: 1_000_000,
      }),
      contactId: await addContact(ctx, { address }),
      address,
    });
  }
  await database.analyze();
  const deliveries = wholeProduct.wakeups.filter(({ name }) => name === 'email.deliver');
  return {
    ctx: tenantContext(system, ctx.tenantId),
    async schedule(count) {
      for (let from = 0; from < count; from += 500)
        await scheduleMessages(
          ctx,
          Array.from({ length: Math.min(500, count - from) }, (_, offset) => {
            const { mailboxId, contactId, address } = people[(from + offset) % people.length]!;
            return {
              contactId,
              mailboxId,
              toAddress: address,
              enrollmentId: newId(ctx.clock.now()),
              stepIndex: 0,
              template: { id, version },
              content: null,
              variables: values,
              notBefore: later,
              window: null,
              replyInThread: false,
              repliesSince: ctx.clock.now(),
              trackingLevel: 'full' as const,
              copyCrm: null,
              copyTo: null,
              whyWaiting: null,
            };
          }),
        );
      await database.analyze();
    },
    async release(count) {
      await sql`update message set not_before = now() where (tenant_id, id) in
        (select tenant_id, id from message where state = 'scheduled' and not_before > now() order by id limit ${count})`.execute(
        ctx.db,
      );
    },
    async send() {
      await Promise.all(
        deliveries.map(async ({ run }) => {
          while (await run(system));
        }),
      );
    },
    async sent() {
      const { count } = await ctx.db
        .selectFrom('message')
        .select((is) => is.fn.countAll<string>().as('count'))
        .where('state', '=', 'sent')
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async clear() {
      await sql`truncate message, message_turn, event, event_reaction, decision`.execute(ctx.db);
      await sql`truncate pgboss.job`.execute(ctx.db);
      await sql`update mailbox set sent_count = 0`.execute(ctx.db);
    },
    stop,
  };
}
