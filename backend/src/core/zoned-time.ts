/**
 * Wall time and instants in IANA time zones, on integers. An instant is epoch milliseconds. A wall time is written as the
 * epoch milliseconds it would have if the zone were UTC, so days and minutes come out by division. A day is the number of
 * days since 1970-01-01. Offsets come from Intl once per zone and year, then from a table: Intl costs microseconds per
 * question, the table nanoseconds.
 */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The offset from UTC over one year: `offsets[i]` holds from `starts[i]` until `starts[i + 1]`. */
interface OffsetTable {
  starts: number[];
  offsets: number[];
}

const tables = new Map<string, Map<number, OffsetTable>>();
/** Well above the zones there are; stops odd spellings and far years from growing the cache for ever. */
const MAX_CACHED_ZONES = 1000;
const MAX_CACHED_YEARS = 200;

/** Is this the name of a time zone, as in `Europe/Berlin` or `UTC`? A bare offset such as `+01:00` is not: it knows no summer time. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zone's offset from UTC at an instant, in milliseconds, positive to the east. Throws RangeError for an unknown zone. */
export function offsetAt(zone: string, instant: number): number {
  const { starts, offsets } = tableOf(zone, new Date(instant).getUTCFullYear());
  let i = starts.length - 1;
  while (i > 0 && starts[i]! > instant) i--;
  return offsets[i]!;
}

/** What the clock on the wall shows at an instant. */
export function wallOf(zone: string, instant: number): number {
  return instant + offsetAt(zone, instant);
}

/**
 * The instant at which the clock on the wall shows a time. A time that a change skips is read with the offset before the
 * change, so 2:30 becomes 3:30; of a time that comes twice the first is taken (`compatible` in Temporal's words).
 */
export function instantOf(zone: string, wall: number): number {
  const before = offsetAt(zone, wall - DAY);
  const after = offsetAt(zone, wall + DAY);
  if (before === after) return wall - before;
  const first = wall - before;
  if (offsetAt(zone, first) === before) return first;
  const second = wall - after;
  return offsetAt(zone, second) === after ? second : first;
}

/** The day a wall time lies in. */
export function dayOf(wall: number): number {
  return Math.floor(wall / DAY);
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** As in `2026-11-21`. */
export function isoDateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The day of a date such as `2026-11-21`. Throws RangeError for anything else, also for `2026-02-30`. */
export function dayOfIsoDate(date: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || isoDateOf(time / DAY) !== date) throw new RangeError(`Not a date: ${date}`);
  return time / DAY;
}

function tableOf(zone: string, year: number): OffsetTable {
  let years = tables.get(zone);
  const known = years?.get(year);
  if (known) return known;
  const table = buildTable(zone, year);
  if (!years || years.size >= MAX_CACHED_YEARS) {
    if (tables.size >= MAX_CACHED_ZONES) tables.clear();
    years = new Map();
    tables.set(zone, years);
  }
  years.set(year, table);
  return table;
}

/** Asks Intl once a week and halves the week in which the offset changed. No zone changes and changes back within a week. */
function buildTable(zone: string, year: number): OffsetTable {
  const ask = offsetAsker(zone);
  const end = Date.UTC(year + 1, 0, 1);
  let from = Date.UTC(year, 0, 1);
  let offset = ask(from);
  const table: OffsetTable = { starts: [from], offsets: [offset] };
  while (from < end) {
    const to = Math.min(from + 7 * DAY, end);
    const next = ask(to);
    if (next !== offset) {
      let [low, high] = [from, to];
      while (high - low > SECOND) {
        const middle = Math.floor((low + high) / 2 / SECOND) * SECOND;
        if (ask(middle) === offset) low = middle;
        else high = middle;
      }
      table.starts.push(high);
      table.offsets.push(next);
      offset = next;
    }
    from = to;
  }
  return table;
}

function offsetAsker(zone: string): (instant: number) => number {
  const number = 'numeric' as const;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  });
  return (instant) => {
    const shown: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  };
}
