/** Countries, as CRMs write them: a code, or a name in one of a few languages. */

const languages = ['en', 'de', 'fr', 'it', 'es', 'pt', 'nl'];
const otherNames: Record<string, string> = {
  usa: 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  'united states of america': 'US',
  uk: 'GB',
  'u.k.': 'GB',
  'great britain': 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  holland: 'NL',
  'czech republic': 'CZ',
  'south korea': 'KR',
  korea: 'KR',
  russia: 'RU',
  turkey: 'TR',
  uae: 'AE',
};

/** The ISO 3166 code of a country given by code or name; null when it is not understood. */
export function countryCode(text: string | null): string | null {
  if (!text) return null;
  const wanted = text.trim().toLowerCase();
  return namesByCountry().get(wanted) ?? null;
}

let names: Map<string, string> | undefined;

function namesByCountry(): Map<string, string> {
  if (names) return names;
  names = new Map();
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const language of languages) {
    const display = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
      const name = display.of(code);
      // Withdrawn codes (`FX`, `DD`) carry the name of their successor, which has its own.
      if (!name || new Intl.Locale(`und-${code}`).region !== code || withdrawn.has(code)) continue;
      names.set(code.toLowerCase(), code);
      if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), code);
    }
  }
  for (const [name, code] of Object.entries(otherNames)) names.set(name, code);
  return names;
}

const withdrawn = new Set(['AN', 'BU', 'CS', 'DD', 'FX', 'NT', 'SU', 'TP', 'UK', 'YD', 'YU', 'ZR', 'XA', 'XB', 'ZZ']);
