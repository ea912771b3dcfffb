const lineLength = 76;
const wordOverhead = '=?UTF-8?B??='.length;
// Bytes of UTF-8 that base64 fits into an encoded word of 75 characters: floor((75 - 12) / 4) * 3.
const bytesPerWord = 45;

/** One line of text for a header: every run of control characters and blanks becomes one space; broken surrogates are mended. */
export function inlineText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const line = text.replace(/[\u0000-\u0020\u007f]+/g, ' ');
  return line.trim().toWellFormed();
}

/** Unstructured header text, folded at its spaces to 76 columns; as encoded words (RFC 2047) when it is not plain ASCII. */
export function foldWords(text: string, column: number): string {
  if (/[^\x20-\x7e]|=\?|[^ ]{76}/.test(text)) return encodedWords(text, column);
  if (column + text.length <= lineLength) return text;
  let folded = '';
  let used = column;
  for (const word of text.split(' ')) {
    if (folded !== '' && used + 1 + word.length > lineLength) {
      folded += '\r\n';
      used = 0;
    }
    folded += folded === '' ? word : ` ${word}`;
    used += word.length + 1;
  }
  return folded;
}

/** Base64 encoded words of at most 75 characters on lines of at most 76, never splitting a character. `column`: where the first begins. */
export function encodedWords(text: string, column: number): string {
  const words: string[] = [];
  let room = Math.max(4, Math.floor((lineLength - column - wordOverhead) / 4) * 3);
  let chunk = '';
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > room && chunk !== '') {
      words.push(chunk);
      chunk = '';
      bytes = 0;
      room = bytesPerWord;
    }
    chunk += character;
    bytes += size;
  }
  words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}
