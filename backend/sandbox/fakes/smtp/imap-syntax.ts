import type { Wire } from './wire.ts';

/** An atom or quoted string, a literal, or a list in parentheses. */
export type Token = string | Buffer | Token[];

export interface Command {
  tag: string;
  /** Upper-case, with UID in front where it stands there. */
  name: string;
  arguments: Token[];
}

/** Reads one command with its literals; null when the client is gone. */
export async function readCommand(wire: Wire): Promise<Command | null> {
  const parts: (string | Buffer)[] = [];
  for (;;) {
    const line = await wire.readLine();
    if (line === null) return null;
    const literal = /\{(\d+)(\+?)\}$/.exec(line);
    if (!literal) {
      parts.push(line);
      break;
    }
    parts.push(line.slice(0, literal.index));
    if (!literal[2]) wire.write('+ go on\r\n');
    const bytes = await wire.readBytes(Number(literal[1]));
    if (!bytes) return null;
    parts.push(Buffer.from(bytes));
  }
  const [tag, name, ...rest] = parseTokens(parts);
  const first = String(name ?? '').toUpperCase();
  if (first !== 'UID') return { tag: String(tag ?? '*'), name: first, arguments: rest };
  return { tag: String(tag), name: `UID ${String(rest[0]).toUpperCase()}`, arguments: rest.slice(1) };
}

function parseTokens(parts: (string | Buffer)[]): Token[] {
  const root: Token[] = [];
  const open: Token[][] = [root];
  const add = (token: Token) => void open.at(-1)?.push(token);
  // A quoted string, a parenthesis, or an atom, whose [section] may hold spaces and parentheses.
  const pattern = /"((?:[^"\\]|\\.)*)"|([()])|((?:[^\s()[\]]|\[[^\]]*\])+)/g;
  for (const part of parts) {
    if (Buffer.isBuffer(part)) {
      add(part);
      continue;
    }
    for (const [, quoted, bracket, atom] of part.matchAll(pattern)) {
      if (quoted !== undefined) add(quoted.replace(/\\(.)/g, '$1'));
      else if (atom !== undefined) add(atom);
      else if (bracket === '(') {
        const list: Token[] = [];
        add(list);
        open.push(list);
      } else if (open.length > 1) open.pop();
    }
  }
  return root;
}

export const textOf = (token: Token | undefined): string =>
  Buffer.isBuffer(token) ? token.toString('latin1') : typeof token === 'string' ? token : '';

/** Whether a number is in a set such as `1,4:7,9:*`; `last` is what `*` means. */
export function isInSet(set: string, value: number, last: number): boolean {
  return set.split(',').some((part) => {
    const [one = 0, other = one] = part.split(':').map((end) => (end === '*' ? last : Number(end)));
    return value >= Math.min(one, other) && value <= Math.max(one, other);
  });
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

export function internalDateOf(milliseconds: number): string {
  const at = new Date(milliseconds);
  const day = `${two(at.getUTCDate())}-${months[at.getUTCMonth()]}-${at.getUTCFullYear()}`;
  return `"${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000"`;
}

/** The start of a day such as `23-Nov-2026`, in epoch milliseconds. */
export function dayOf(text: string): number {
  const [day = '1', month = 'Jan', year = '1970'] = text.split('-');
  return Date.UTC(Number(year), months.indexOf(month), Number(day));
}
