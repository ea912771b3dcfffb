/** Fields of a block of headers by lower-case name, the first of each; continuation lines are joined. */
export function readFields(block: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon).trim().toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return fields;
}
