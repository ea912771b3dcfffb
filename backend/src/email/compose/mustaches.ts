/** A `{{…}}` in a template: `inner` without the braces, offsets into the source. */
export interface Mustache {
  start: number;
  end: number;
  inner: string;
}

const opening = '{{';

/** Every `{{…}}` of a template in order; an opening without an end stops the list and is returned as `unclosedAt`. */
export function findMustaches(source: string): { mustaches: Mustache[]; unclosedAt: number | null } {
  const mustaches: Mustache[] = [];
  for (let start = source.indexOf(opening); start !== -1; ) {
    const comment = source.startsWith('!--', start + 2);
    const close = source.indexOf(comment ? '--}}' : '}}', start + 2);
    if (close === -1) return { mustaches, unclosedAt: start };
    const end = close + (comment ? 4 : 2);
    mustaches.push({ start, end, inner: source.slice(start + 2, end - 2) });
    start = source.indexOf(opening, end);
  }
  return { mustaches, unclosedAt: null };
}

/** The template with every mustache replaced by as many letters, so that its quotes and brackets cannot pass for markup. */
export function maskMustaches(source: string, mustaches: readonly Mustache[]): string {
  if (mustaches.length === 0) return source;
  let masked = '';
  let last = 0;
  for (const { start, end } of mustaches) {
    masked += source.slice(last, start) + 'x'.repeat(end - start);
    last = end;
  }
  return masked + source.slice(last);
}
