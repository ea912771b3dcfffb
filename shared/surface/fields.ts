/** How a form of the settings is described: once, for all CRMs; each draws the fields with components of its own. */
import type { FieldError } from './api.ts';

interface Described<Key> {
  key: Key;
  label: string;
  /** Left out where the options of a choice say it all. */
  description?: string;
  /** Where the backend finds fault with it, as a JSON pointer; `/` and the key unless said otherwise. */
  pointer?: string;
}

/** A whole number; null is an empty field, which means "no limit" where it may be empty. */
export interface NumberField<Key> extends Described<Key> {
  kind: 'number';
  min: number;
  max: number;
  mayBeEmpty?: true;
}

/** `description` says what follows from the choice. */
export interface Choice<Value extends string = string> {
  value: Value;
  label: string;
  description?: string;
}

type KeysOf<Draft, Value> = { [Key in keyof Draft]: Draft[Key] extends Value ? Key & string : never }[keyof Draft];

export type Field<Draft> =
  | NumberField<KeysOf<Draft, number | null>>
  | (Described<KeysOf<Draft, string>> & { kind: 'text' | 'time zone' })
  | (Described<KeysOf<Draft, string>> & { kind: 'long text'; mostCharacters: number })
  | (Described<KeysOf<Draft, string>> & { kind: 'choice'; options: Choice[] })
  | (Described<KeysOf<Draft, readonly string[]>> & { kind: 'working days' });

/** Fields row by row: those of one row belong together and stand side by side where there is room. */
export type Rows<Draft> = Field<Draft>[][];

/** What is stored as the fields hold it (the draft), and what has to be sent to store a draft. */
export interface SettingsForm<Stored, Draft, Change extends object> {
  rows: Rows<Draft>;
  /** Rows that are rarely changed, behind a title. */
  folded?: { title: string; rows: Rows<Draft> };
  draftOf(stored: Stored): Draft;
  /** In a sentence; null when the draft can be saved. */
  whatIsWrong(draft: Draft): string | null;
  /** Only what differs from what is stored. To be called for a draft with nothing wrong. */
  changeOf(stored: Stored, draft: Draft): Change;
}

/** What is wrong with the number in a field, in a sentence; null when nothing is. */
export function wrongNumber(field: Omit<NumberField<string>, keyof Described<string>>, value: number | null) {
  const { min, max, mayBeEmpty } = field;
  const good = value === null ? mayBeEmpty : Number.isInteger(value) && value >= min && value <= max;
  return good ? null : `A whole number from ${min} to ${max}${mayBeEmpty ? ', or nothing' : ''}.`;
}

export function hasWrongNumber<Draft>(rows: Rows<Draft>, draft: Draft): boolean {
  return rows
    .flat()
    .some((field) => field.kind === 'number' && wrongNumber(field, draft[field.key] as number | null) !== null);
}

/** What the backend said of single fields, by their keys. */
export function refusedFields<Draft>(rows: Rows<Draft>, errors: readonly FieldError[]): Record<string, string> {
  return Object.fromEntries(
    rows.flat().flatMap(({ key, pointer = `/${key}` }) => {
      const error = errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
      return error ? [[key, error.message]] : [];
    }),
  );
}

/** The part of `wanted` that differs from what is stored. */
export function differing<Wanted extends object>(
  stored: { [Key in keyof Wanted]: unknown },
  wanted: Wanted,
): Partial<Wanted> {
  const entries = Object.entries(wanted) as [keyof Wanted, unknown][];
  const changed = entries.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(stored[key]));
  return Object.fromEntries(changed) as Partial<Wanted>;
}
