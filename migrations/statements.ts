import { type Kysely, sql } from 'kysely';

/** A forward-only migration: one statement per call, because PGlite runs no more than one through Kysely. */
export function statements(...list: string[]): { up(db: Kysely<unknown>): Promise<void> } {
  return {
    async up(db) {
      for (const statement of list) await sql.raw(statement).execute(db);
    },
  };
}
