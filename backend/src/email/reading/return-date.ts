import { fold } from './fold-words.ts';

const months: Record<string, number> = {};
for (const [index, names] of [
  'january jan januar janner janvier janv enero ene gennaio gen janeiro januari stycznia styczen ocak',
  'february feb februar fevrier fevr febrero febbraio fevereiro fev februari lutego luty subat',
  'march mar marz mars marzo marco maart mrt marca marzec mart',
  'april apr avril avr abril abr aprile kwietnia kwiecien nisan',
  'may mai mayo maggio mag maio mei maj maja mayis',
  'june jun juni juin junio giugno giu junho czerwca czerwiec haziran',
  'july jul juli juillet juil julio luglio lug julho lipca lipiec temmuz',
  'august aug aout agosto ago augustus augusti sierpnia sierpien agustos',
  'september sept sep septembre septiembre setiembre settembre set setembro wrzesnia wrzesien eylul',
  'october oct oktober okt octobre octubre ottobre ott outubro pazdziernika pazdziernik ekim',
  'november nov novembre noviembre novembro listopada listopad kasim',
  'december dec dezember dez decembre diciembre dic dicembre dezembro grudnia grudzien aralik',
].entries()) {
  for (const name of names.split(' ')) months[name] = index + 1;
}

const weekdays: Record<string, number> = {};
for (const [index, names] of [
  'sunday sonntag dimanche domingo domenica zondag sondag niedziele niedzieli pazar',
  'monday montag lundi lunes lunedi segunda maandag mandag poniedzialek poniedzialku pazartesi',
  'tuesday dienstag mardi martes martedi terca dinsdag tisdag wtorek sali',
  'wednesday mittwoch mercredi miercoles mercoledi quarta woensdag onsdag srode carsamba',
  'thursday donnerstag jeudi jueves giovedi quinta donderdag torsdag czwartek persembe',
  'friday freitag vendredi viernes venerdi sexta vrijdag fredag piatek cuma',
  'saturday samstag sonnabend samedi sabado sabato zaterdag lordag sobote cumartesi',
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
    String.raw`(?<!\d)(?<isoYear>\d{4})(?:[-/.]|\s?[年년]\s?)(?<isoMonth>\d{1,2})(?:[-/.]|\s?[月월]\s?)(?<isoDay>\d{1,2})(?:\s?[日號号일]|\b)`,
    String.raw`(?<!\d)(?<asianMonth>\d{1,2})\s?[月월]\s?(?<asianDay>\d{1,2})\s?[日號号일]`,
    String.raw`\b(?<day>\d{1,2})(?:st|nd|rd|th|er|o|\.|°)?\s{1,3}(?:de\s|of\s|di\s)?(?<month>${month})\b\.?(?:,?\s{1,3}(?:de\s|del\s)?(?<year>\d{4})\b)?`,
    String.raw`\b(?<enMonth>${month})\b\.?\s{1,3}(?<enDay>\d{1,2})(?:st|nd|rd|th)?\b(?![.:/]\d)(?:,?\s{1,3}(?<enYear>\d{4})\b)?`,
    String.raw`(?<![\d./:-])(?<first>\d{1,2})(?<separator>[./-])(?<second>\d{1,2})(?:\k<separator>(?<numericYear>\d{4}|\d\d)\b|\.|(?![\d/.:-]))(?!\s?(?:uhr|h\b|am\b|pm\b))`,
    String.raw`\b(?<weekday>${alternatives(weekdays)})\b`,
  ].join('|'),
  'g',
);

// What stands before a date; at most 35 characters without a digit or the end of a sentence lie between.
const gap = String.raw`[^\d!?]{0,35}$`;
const returns = new RegExp(
  String.raw`\b(?:back|return(?:ing)?|again (?:on|from)|resume|zuruck|wieder(?: \w+){0,2}|de retour|retour|reviens|rentre|vuelvo|vuelta|regreso|regresare|volvere|reincorporo|torno|rientro|rientrero|tornero|ritorno|volto|voltarei|regresso|retorno|retornarei|terug|weer(?: \w+){0,2}|tillbaka|ater|aterkommer|wracam|wroce|powrot|powroce|ponownie(?: \w+){0,2}|dostepn[ya](?: ponownie)? od)\b${gap}`,
);
const returnsAfter =
  /^[^\d!?]{0,45}\b(?:wieder|zuruck|weer|terug|a nouveau|de nouveau|nuevamente|di nuovo|de volta|novamente|again|available|reachable|tillgang\w*|ater|ponownie|dostepn\w*)\b/;
const through = new RegExp(
  String.raw`(?:\bthrough|\bthru|\bup to and including|\bbis (?:einschliesslich|einschl\.?|inklusive|inkl\.?)|\btot en met|\bt\/m|\btill och med|\bt\.? ?o\.? ?m\b\.?)${gap}`,
);
const until = new RegExp(
  String.raw`(?:\buntil|\btill|\bbis|\bjusqu'? ?a?u?|\bhasta|\bfino al?|\bate|\btot|\btill|\bdo(?: dnia)?)\b${gap}`,
);
const rangeEnd =
  /\b(?:from|between|vom|von|du|del|dal|de|van|fran|od|mellan)\b.{1,40}(?:\b(?:to|and|au|al|a|tot|till|och|do)\b|[-–—~])\s?(?:the |le |el |il |o |den )?$/;
/** "Nov 23 – Dec 4", and the Chinese "until". */
const dashedRange = new RegExp(
  String.raw`(?:(?:\d(?:st|nd|rd|th|\.)?|\b(?:${month})\.?|\d{4}|[日일](?:\([^)]{1,3}\))?)\s?(?:[-–—~]|\bto|\bbis|\bau|\bal)|至|到|截至|直到|直至)\s?(?:the )?$`,
);
const inclusive =
  /^[^\d!?]{0,12}\b(?:inclus|inclusive|inclusief|incluido|incluso|compreso|einschliesslich|included|wlacznie|dahil)\b/;
// In these languages what happens on a date stands behind it.
const backBehind =
  /^(?:\s?\([^)]{1,4}\)|\s?(?:星期|周|週|礼拜).|\s?[월화수목금토일]요일)?(?:\s?(?:より|から|に|以降)[^\d。]{0,24}(?:出社|出勤|復帰|戻|対応|業務|営業|再開|返信|連絡)|\s?(?:起|开始|之?[后後])?[^\d。,]{0,12}(?:返回|回来|回到|回办公|回公司|恢复|恢復|上班|返岗|复工|回覆|回复)|\s?(?:부터|에|날)?[^\d.]{0,16}(?:복귀|출근|돌아|재개|정상 ?근무|회신|답변)|(?:'?[td][ae]n?\b)?[^\d.!?]{0,45}\b(?:don(?:ec|us|uyor)\w*|ofiste(?:yim| ol\w*)?|isbasi|isimin basinda|tekrar|yeniden))/;
const untilBehind =
  /^(?:\s?\([^)]{1,4}\)|\s?[월화수목금토일]요일)?(?:\s?まで|\s?까지|\s?之?前|[^\d.!?]{0,30}\bkadar\b)/;
const english = /\b(?:the|will|am|office|back|until|and|return|with|your|for|from)\b/g;
const other =
  /\b(?:ich|bin|und|je|suis|de|retour|estoy|estare|vacaciones|sono|saro|ferie|estou|estarei|ferias|retorno|ik|ben|bis|jusqu|hasta|fino|ate|tot|jag|ar|och|till|den|do|jestem|na|urlopie|kadar|olarak)\b/g;

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
  if (backBehind.test(after)) return { kind: 'back', lastDay: false };
  if (untilBehind.test(after)) return { kind: 'until', lastDay: inclusive.test(after) };
  const lastDay = through.test(before) || inclusive.test(after);
  const cue = Math.max(before.search(through), before.search(until), before.search(rangeEnd));
  const back = before.search(returns);
  if (back > cue) return { kind: 'back', lastDay: false };
  if (cue >= 0 || dashedRange.test(before)) return { kind: 'until', lastDay };
  return /\b(?:ab|am|vanaf|op|des|a partir|desde|dal|from|on|od|fran)\b[^\d!?]{0,25}$/.test(before) &&
    returnsAfter.test(after)
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
  if (groups.asianDay) [monthNumber, day] = [Number(groups.asianMonth), Number(groups.asianDay)];
  else if (groups.isoDay) [monthNumber, day] = [Number(groups.isoMonth), Number(groups.isoDay)];
  else if (groups.day) [monthNumber, day] = [months[groups.month!]!, Number(groups.day)];
  else if (groups.enDay) [monthNumber, day] = [months[groups.enMonth!]!, Number(groups.enDay)];
  else {
    const [first, second] = [Number(groups.first), Number(groups.second)];
    const certain = groups.separator === '.' || dayFirst || first === second;
    if (!certain && first <= 12 && second <= 12) return likelier(groups, first, second, received);
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

/** 12/7 in English: taken where one reading lies near and the other is over or far off. */
function likelier(
  groups: Record<string, string | undefined>,
  first: number,
  second: number,
  received: Date,
): number | 'ambiguous' | null {
  const read = (monthNumber: number, day: number) =>
    calendarDay({ isoYear: groups.numericYear, isoMonth: `${monthNumber}`, isoDay: `${day}` }, true, received);
  const days = [read(first, second), read(second, first)].filter((day) => typeof day === 'number');
  if (days.length < 2) return days[0] ?? null;
  const [near, far] = days.sort((a, b) => a - b).map((day) => day - dayOf(received)) as [number, number];
  return near <= nearDays && far >= farDays ? near + dayOf(received) : 'ambiguous';
}

function validDay(year: number, monthNumber: number, day: number): number | null {
  const at = new Date(Date.UTC(year, monthNumber - 1, day));
  return at.getUTCMonth() === monthNumber - 1 && at.getUTCDate() === day ? dayOf(at) : null;
}

function nextWeekday(weekday: number, received: Date): number {
  return dayOf(received) + ((weekday - received.getUTCDay() + 6) % 7) + 1;
}

const nearDays = 45;
const farDays = 120;

const dayOf = (at: Date) => Math.floor(at.getTime() / 86_400_000);
const isoDay = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
