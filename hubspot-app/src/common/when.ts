/** How this rep reads dates: their language, the account's time zone. */
export interface DateStyle {
  locale: string;
  timeZone: string;
}

/** The styles HubSpot's context implies; an unknown locale or zone falls back to English and UTC. */
export function dateStyleOf(locale: string | undefined, timeZone: string | undefined): DateStyle {
  return {
    locale: firstValid([locale?.replace('_', '-'), 'en'], (tag) => new Intl.DateTimeFormat(tag)),
    timeZone: firstValid([timeZone, 'UTC'], (zone) => new Intl.DateTimeFormat('en', { timeZone: zone })),
  };
}

/** An instant as people read it, as in "Mon, 23 Nov 2026, 09:15 CET". */
export function when(instant: string, style: DateStyle): string {
  return new Intl.DateTimeFormat(style.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: style.timeZone,
    timeZoneName: 'short',
  }).format(new Date(instant));
}

function firstValid(candidates: (string | undefined)[], attempt: (candidate: string) => unknown): string {
  for (const candidate of candidates) {
    if (!candidate) continue;
    try {
      attempt(candidate);
      return candidate;
    } catch {
      // A tag or zone this browser does not know.
    }
  }
  return 'en';
}
