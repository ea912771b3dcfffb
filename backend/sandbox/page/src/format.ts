/** Dates as people read them, always in a named time zone: the browser's own clock plays no part here. */
const locale = 'en-GB';

export const clockTime = (at: string, timeZone: string) =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(at));

export const longDay = (at: string, timeZone: string) =>
  new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(
    new Date(at),
  );

/** As in "Tue 24 Nov, 09:00". */
export const shortMoment = (at: string, timeZone: string) => {
  const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone }).format(
    new Date(at),
  );
  return `${day.replace(',', '')}, ${clockTime(at, timeZone)}`;
};

/** As in "New York". */
export const placeName = (timeZone: string) => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');

/** The wall clock there, as `<input type="datetime-local">` writes it. */
export function localInput(at: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
    new Date(at),
  );
  return parts.replace(' ', 'T');
}

/** The instant of a wall clock time in a zone. In the hour a clock change repeats, the first is meant. */
export function fromLocalInput(text: string, timeZone: string): string {
  const asUtc = new Date(`${text}:00Z`).getTime();
  const offsetAt = (instant: number) =>
    new Date(`${localInput(new Date(instant).toISOString(), timeZone)}:00Z`).getTime() - instant;
  const first = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(Math.min(first, asUtc))).toISOString();
}

export const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => part[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
