/** What must work before requests and jobs are taken. */
import type { System } from '../core/ctx.ts';
import type { OpenDatabase } from '../core/db.ts';
import { pendingMigrations } from '../core/migrate.ts';
import { countMailboxes } from '../email/index.ts';
import type { HealthCheck } from './health.ts';

/** The embedded database serves one process and one disk: fine to try things out, and for one person's mailbox. */
const embeddedMailboxes = 1;
const nobody = '00000000-0000-0000-0000-000000000000';

export function readinessChecks(system: System, engine: OpenDatabase['engine']): HealthCheck[] {
  return [
    {
      name: 'database',
      check: async () => {
        const pending = await pendingMigrations(system.db);
        return pending.length === 0 ? { ok: true } : { ok: false, note: `Still to migrate: ${pending.join(', ')}.` };
      },
    },
    {
      name: 'queue',
      check: async () => {
        await system.jobs.deadLetters(nobody, 1);
        return { ok: true };
      },
    },
    {
      name: 'size',
      check: async () => {
        if (engine === 'postgres' || system.settings.sandbox) return { ok: true };
        const count = await countMailboxes(system);
        return count <= embeddedMailboxes
          ? { ok: true }
          : {
              ok: true,
              note: `${count} mailboxes on the embedded database: move to a PostgreSQL server (DATABASE_URL).`,
            };
      },
    },
  ];
}
