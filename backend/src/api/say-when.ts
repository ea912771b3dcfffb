/** Instants as people read them: in the recipient's zone, named, because it need not be the reader's. */

export interface WhenStyle {
  zone: string;
  now: Date;
}

/** As in "Tuesday 24 November, 09:12 (Europe/Berlin)"; with the year when it is not this one. */
export function sayWhen(at: Date, { zone, now }: WhenStyle): string {
  const year = (date: Date) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: zone }).format(date);
  const day = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
    timeZone: zone,
  }).format(at);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at);
  return `${day.replace(',', '')}, ${time} (${zone})`;
}
