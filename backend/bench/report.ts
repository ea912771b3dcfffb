/** Figures as a plain table, for the terminal and for the README. */

export interface Figure {
  what: string;
  ours: string;
  anchor: string;
  /** Ours against the anchor, measured in the same rounds; null where there is no anchor. */
  ratio: number | null;
  /** Null: stated, not judged. */
  goal: { atMost: number } | { atLeast: number } | null;
  /** What keeps the figure from being better. */
  boundBy: string;
}

export interface Bench {
  name: string;
  /** What it measures, in a line. */
  about: string;
  run(scale: Scale): Promise<Figure[]>;
}

export interface Scale {
  rounds: number;
  /** 1 is the full size; development uses less. */
  size: number;
}

export function met({ ratio, goal }: Figure): boolean | null {
  if (!goal || ratio === null) return null;
  return 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
}

const columns = ['What', 'Ours', 'Beside it', 'Ratio', 'Goal', 'Met', 'Bounded by'];

function cells(figure: Figure): string[] {
  const { what, ours, anchor, ratio, goal, boundBy } = figure;
  const asked = !goal ? '' : 'atMost' in goal ? `≤ ${goal.atMost} ×` : `≥ ${goal.atLeast} ×`;
  const answer = met(figure);
  const verdict = answer === null ? '' : answer ? 'yes' : 'no';
  return [what, ours, anchor, ratio === null ? '' : `${round(ratio)} ×`, asked, verdict, boundBy];
}

export function markdownTable(figures: Figure[]): string {
  const line = (row: string[]) => `| ${row.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...figures.map((figure) => line(cells(figure)))].join('\n');
}

/** The same for the terminal, in columns; what bounds a figure goes on a line of its own. */
export function plainTable(figures: Figure[]): string {
  const rows = [columns, ...figures.map(cells)];
  const shown = columns.length - 1;
  const widths = Array.from({ length: shown }, (_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row, index) => {
      const line = widths.map((width, column) => row[column]!.padEnd(width)).join('  ');
      return index === 0 ? `${line}\n${'-'.repeat(line.length)}` : `${line}\n  ${row[shown]}`;
    })
    .join('\n');
}

/** Three significant digits, or whole numbers with separators. */
export const round = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
