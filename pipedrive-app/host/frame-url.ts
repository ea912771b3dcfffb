/** The address of a framed page, with the query Pipedrive adds. https://pipedrive.readme.io/docs/custom-ui-extensions */
export interface Framed {
  id: string;
  token: string;
  userId: number;
  companyId: number;
  theme: 'light' | 'dark';
  resource?: string;
  view?: 'details' | 'list';
  selectedIds?: readonly (string | number)[];
  /** What the opener of a modal handed over. */
  data?: Record<string, string>;
}

export function frameUrl(page: string, { selectedIds, data, ...rest }: Framed): string {
  const url = new URL(page);
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) url.searchParams.set(name, String(value));
  if (selectedIds) url.searchParams.set('selectedIds', selectedIds.join(','));
  if (data) url.searchParams.set('data', JSON.stringify(data));
  return url.toString();
}
