/** How this rep reads dates: their language, the account's time zone. */
export interface DateStyle {
  locale: string;
  timeZone: string;
}

/** The style for a locale and a zone as the CRM names them; an unknown locale or zone falls back to English and UTC. */
export function dateStyleOf(locale: string | undefined, timeZone: string | undefined): DateStyle {
  const tag = locale?.replace('_', '-');
  return {
    locale: tag && isKnown({ tag }) ? tag : 'en',
    timeZone: timeZone && isKnown({ timeZone }) ? timeZone : 'UTC',
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

/** Whether this browser knows the language tag or the zone. */
function isKnown({ tag = 'en', timeZone = 'UTC' }: { tag?: string; timeZone?: string }): boolean {
  try {
    new Intl.DateTimeFormat(tag, { timeZone });
    return true;
  } catch {
    return false;
  }
}
