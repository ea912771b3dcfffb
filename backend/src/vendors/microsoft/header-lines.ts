/** The header lines of a mail as it was composed, unfolded. */
export function headersOf(raw: Buffer): { name: string; value: string }[] {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.toString('latin1', 0, end < 0 ? raw.length : end);
  return head.split(/\r?\n(?![ \t])/).flatMap((line) => {
    const [, name, value] = /^([!-9;-~]+):([\s\S]*)$/.exec(line) ?? [];
    return name ? [{ name, value: (value ?? '').replace(/\r?\n(?=[ \t])/g, '').trim() }] : [];
  });
}
