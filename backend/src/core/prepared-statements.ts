import pg from 'pg';

/** A statement is prepared when it comes back: what is asked once or twice is not worth the memory of the server. */
const preparedFrom = 5;
/** A statement's plan takes tens of kilobytes in each connection. Texts that vary, as with `in (…)`, soon fill the rest. */
const mostStatements = 250;

const times = new Map<string, number>();
const names = new Map<string, string>();

/** The name of a statement that has often been asked with parameters; undefined for one that is not prepared. */
export function nameOf(text: string): string | undefined {
  const name = names.get(text);
  if (name || names.size >= mostStatements) return name;
  const count = (times.get(text) ?? 0) + 1;
  if (count < preparedFrom) {
    if (times.size >= 4 * mostStatements) times.clear();
    times.set(text, count);
    return undefined;
  }
  times.delete(text);
  // With every column of a table the answer changes its shape when a migration adds one, and the statement fails.
  const fixedShape = !/\b(select|returning) (\S+\.)?\*/i.test(text);
  if (fixedShape) names.set(text, `s${names.size}`);
  return names.get(text);
}

/** The plan of a prepared statement no longer fits its table (0A000), somebody discarded it (26000), or it was half made (42P05). */
const outdated = ['0A000', '26000', '42P05'];

/** True when the statements of a connection must be prepared anew. */
export const isOutdated = (error: unknown): boolean => outdated.includes((error as { code?: string }).code ?? '');

/**
 * A connection that has the statements it asks again and again prepared: the server parses and plans them once, which is
 * half of what a short statement costs. Behind PgBouncer this needs its version 1.21 or newer with `max_prepared_statements`,
 * or session pooling, which LISTEN needs anyway.
 */
export class PreparingClient extends pg.Client {
  #generation = 0;

  /** kysely asks in this form only; pg's own type has one for each way to ask. */
  override query = (async (text: string, values: unknown[] = []): Promise<pg.QueryResult> => {
    const name = values.length > 0 ? nameOf(text) : undefined;
    if (!name) return super.query(text, values);
    try {
      return await super.query({ name: `${name}_${this.#generation}`, text, values });
    } catch (error) {
      // Whoever tries again gets it prepared anew.
      if (isOutdated(error)) this.#generation++;
      throw error;
    }
  }) as pg.Client['query'];
}
