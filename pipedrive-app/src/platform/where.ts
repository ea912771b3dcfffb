/**
 * Where Pipedrive opened this page: the query of the iframe.
 * https://pipedrive.readme.io/docs/custom-ui-extensions-panels
 */
export interface Where {
  /** Signed by Pipedrive over user and company; lives five minutes. */
  token: string;
  userId: string;
  companyId: string;
  resource: string;
  view: string;
  selectedIds: string[];
  theme: Theme;
  /** What the page that opened this modal handed over. */
  data: Record<string, string>;
}

export type Theme = 'light' | 'dark';

export function readWhere(search: string): Where {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name) ?? '';
  return {
    token: text('token'),
    userId: text('userId'),
    companyId: text('companyId'),
    resource: text('resource'),
    view: text('view'),
    selectedIds: text('selectedIds').split(',').filter(Boolean),
    theme: asTheme(text('theme')),
    data: readData(text('data')),
  };
}

export const asTheme = (given: unknown): Theme => (given === 'dark' ? 'dark' : 'light');

function readData(json: string): Record<string, string> {
  try {
    const entries = Object.entries(JSON.parse(json) as object);
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
