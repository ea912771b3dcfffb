import { fold } from './fold-words.ts';

const months: Record<string, number> = {};
for (const [index, names] of [
  'january jan januar janner janvier janv enero ene gennaio gen janeiro januari',
  'february feb februar fevrier fevr febrero febbraio fevereiro fev februari',
  'march mar marz mars marzo marco maart mrt',
  'april apr avril avr abril abr aprile',
  'may mai mayo maggio mag maio mei',
  'june jun juni juin junio giugno giu junho',
  'july jul juli juillet juil julio luglio lug julho',
  'august aug aout agosto ago augustus',
  'september sept sep septembre septiembre setiembre settembre set setembro',
  'october oct oktober okt octobre octubre ottobre ott outubro',
  'november nov novembre noviembre novembro',
  'december dec dezember dez decembre diciembre dic dicembre dezembro',
].entries()) {
  for (const name of names.split(' ')) months[name] = index + 1;
}

const weekdays: Record<string, number> = {};
for (const [index, names] of [
  'sunday sonntag dimanche domingo domenica zondag',
  'monday montag lundi lunes lunedi segunda maandag',
  'tuesday dienstag mardi martes martedi terca dinsdag',
  'wednesday mittwoch mercredi miercoles mercoledi quarta woensdag',
  'thursday donnerstag jeudi jueves giovedi quinta donderdag',
  'friday freitag vendredi viernes venerdi sexta vrijdag',
  'saturday samstag sonnabend samedi sabado sabato zaterdag',
].entries()) {
  for (const name of names.split(' ')) weekdays[name] = index;
}

const alternatives = (names: Record<string, number>) =>
  Object.keys(names)
    .sort((a, b) => b.length - a.length)
    .join('|');
const month = alternatives(months);
const dates = new RegExp(
  [
    String.raw`\b(?<isoYear>\d{4})-(?<isoMonth>\d\d)-(?<isoDay>\d\d)\b`,
    String.raw`\b(?<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?\s{1,3}(?:de\s|of\s|di\s)?(?<month>${month})\b\.?(?:,?\s{1,3}(?:de\s|del\s)?(?<year>\d{4})\b)?`,
    String.raw`\b(?<enMonth>${month})\b\.?\s{1,3}(?<enDay>\d{1,2})(?:st|nd|rd|th)?\b(?![.:/]\d)(?:,?\s{1,3}(?<enYear>\d{4})\b)?`,
    String.raw`(?<![\d./:-])(?<first>\d{1,2})(?<separator>[./-])(?<second>\d{1,2})(?:\k<separator>(?<numericYear>\d{4}|\d\d)\b|\.|(?![\d/.:-]))(?!\s?(?:uhr|h\b|am\b|pm\b))`,
    String.raw`\b(?<weekday>${alternatives(weekdays)})\b`,
  ].join('|'),
  'g',
);

// What stands before a date; at most 35 characters without a digit or the end of a sentence lie between.
const gap = String.raw`[^\d!?]{0,35}$`;
const returns = new RegExp(
  String.raw`\b(?:back|return(?:ing)?|again (?:on|from)|resume|zuruck|wieder(?: \w+){0,2}|de retour|retour|reviens|rentre|vuelvo|vuelta|regreso|regresare|volvere|reincorporo|torno|rientro|rientrero|tornero|ritorno|volto|voltarei|regresso|retorno|retornarei|terug|weer(?: \w+){0,2})\b${gap}`,
);
const returnsAfter =
  /^[^\d!?]{0,45}\b(?:wieder|zuruck|weer|terug|a nouveau|de nouveau|nuevamente|di nuovo|de volta|novamente|again)\b/;
const through = new RegExp(
  String.raw`(?:\bthrough|\bthru|\bup to and including|\bbis (?:einschliesslich|einschl\.?|inklusive|inkl\.?)|\btot en met|\bt\/m)${gap}`,
);
const until = new RegExp(String.raw`(?:\buntil|\btill|\bbis|\bjusqu'? ?a?u?|\bhasta|\bfino a|\bate|\btot)\b${gap}`);
const rangeEnd =
  /\b(?:from|between|vom|von|du|del|dal|de|van)\b.{1,40}(?:\b(?:to|and|au|al|a)\b|[-–])\s?(?:the |le |el |il |o )?$/;
const inclusive = /^[^\d!?]{0,12}\b(?:inclus|inclusive|inclusief|incluido|incluso|compreso|einschliesslich|included)\b/;
const english = /\b(?:the|will|am|office|back|until|and|return)\b/g;
const other = /\b(?:ich|bin|und|je|suis|estoy|estare|sono|saro|estou|estarei|ik|ben|bis|jusqu|hasta|fino|ate|tot)\b/g;

/**
 * The day on which an out-of-office note says its author is back, `YYYY-MM-DD`, or null when it says nothing certain.
 * "until the 3rd" gives the 3rd, "through the 3rd" and "bis einschließlich 3." the 4th. A numeric date whose order only the
 * language could tell is taken day first outside of English and not taken in English. `received` gives year and weekday.
 */
export function returnDate(note: string, received: Date): string | null {
  const text = fold(note.slice(0, 5_000)).replace(/\s+/g, ' ');
  const dayFirst = (text.match(other)?.length ?? 0) > (text.match(english)?.length ?? 0);
  const found: Record<'back' | 'until', Set<string>> = { back: new Set(), until: new Set() };
  const weekdaysFound: Record<'back' | 'until', Set<string>> = { back: new Set(), until: new Set() };
  for (const match of text.matchAll(dates)) {
    const meaning = meaningOf(
      text.slice(Math.max(0, match.index - 80), match.index),
      text.slice(match.index + match[0].length).slice(0, 60),
    );
    const groups = match.groups ?? {};
    if (meaning === null) continue;
    const day = groups.weekday
      ? nextWeekday(weekdays[groups.weekday]!, received)
      : calendarDay(groups, dayFirst, received);
    if (day === 'ambiguous') return null;
    if (day === null) continue;
    const back = meaning.lastDay ? day + 1 : day;
    (groups.weekday ? weekdaysFound : found)[meaning.kind].add(isoDay(back));
  }
  // A date said outright beats a weekday, "back on" beats "until"; two different answers are none.
  for (const answers of [found.back, found.until, weekdaysFound.back, weekdaysFound.until]) {
    if (answers.size === 1) return [...answers][0]!;
    if (answers.size > 1) return null;
  }
  return null;
}

function meaningOf(before: string, after: string): { kind: 'back' | 'until'; lastDay: boolean } | null {
  if (/\bnext\s$/.test(before)) return null;
  const lastDay = through.test(before) || inclusive.test(after);
  const cue = Math.max(before.search(through), before.search(until), before.search(rangeEnd));
  const back = before.search(returns);
  if (back > cue) return { kind: 'back', lastDay: false };
  if (cue >= 0) return { kind: 'until', lastDay };
  return /\b(?:ab|am|vanaf|op|des|a partir|desde|dal|from|on)\b[^\d!?]{0,25}$/.test(before) && returnsAfter.test(after)
    ? { kind: 'back', lastDay: false }
    : null;
}

/** Days since 1970, 'ambiguous' for 3/4 in English, null for what is no date, is over, or lies more than a year ahead. */
function calendarDay(
  groups: Record<string, string | undefined>,
  dayFirst: boolean,
  received: Date,
): number | 'ambiguous' | null {
  let [year, monthNumber, day] = [groups.isoYear ?? groups.year ?? groups.enYear ?? groups.numericYear, 0, 0];
  if (groups.isoDay) [monthNumber, day] = [Number(groups.isoMonth), Number(groups.isoDay)];
  else if (groups.day) [monthNumber, day] = [months[groups.month!]!, Number(groups.day)];
  else if (groups.enDay) [monthNumber, day] = [months[groups.enMonth!]!, Number(groups.enDay)];
  else {
    const [first, second] = [Number(groups.first), Number(groups.second)];
    const certain = groups.separator === '.' || dayFirst || first === second;
    if (!certain && first <= 12 && second <= 12) return 'ambiguous';
    [day, monthNumber] = certain || first > 12 ? [first, second] : [second, first];
  }
  if (year?.length === 2) year = `20${year}`;
  const today = dayOf(received);
  const thisYear = received.getUTCFullYear();
  const years = year === undefined ? [thisYear, thisYear + 1] : [Number(year)];
  for (const candidate of years) {
    const at = validDay(candidate, monthNumber, day);
    if (at !== null && at >= today && at <= today + 366) return at;
  }
  return null;
}

function validDay(year: number, monthNumber: number, day: number): number | null {
  const at = new Date(Date.UTC(year, monthNumber - 1, day));
  return at.getUTCMonth() === monthNumber - 1 && at.getUTCDate() === day ? dayOf(at) : null;
}

function nextWeekday(weekday: number, received: Date): number {
  return dayOf(received) + ((weekday - received.getUTCDay() + 6) % 7) + 1;
}

const dayOf = (at: Date) => Math.floor(at.getTime() / 86_400_000);
const isoDay = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
