/**
 * Lower case without accents, for comparing words of many languages. Full-width letters and digits become plain ones;
 * Japanese and Korean syllables stay whole.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[‘’ʼ`´]/g, "'")
    .replace(/[ßłıøđæœ]/g, (letter) => plain[letter]!);
}

const plain: Record<string, string> = { ß: 'ss', ł: 'l', ı: 'i', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe' };
