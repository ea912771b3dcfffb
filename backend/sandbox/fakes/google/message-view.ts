import { headerOf, type SplitMail, splitMail } from '../rfc822.ts';
import type { StoredMessage } from './mailboxes.ts';

export type Format = 'minimal' | 'metadata' | 'full' | 'raw';

/** A message resource in one of Gmail's four formats. */
export function viewMessage(message: StoredMessage, format: Format, metadataHeaders: string[]) {
  const base = {
    id: message.id,
    threadId: message.threadId,
    labelIds: message.labelIds,
    snippet: splitMail(message.raw).body.toString('utf8', 0, 400).replace(/\s+/g, ' ').slice(0, 200),
    sizeEstimate: message.raw.length,
    historyId: String(message.historyId),
    internalDate: String(message.internalDate),
  };
  if (format === 'minimal') return base;
  if (format === 'raw') return { ...base, raw: message.raw.toString('base64url') };
  if (format === 'full') return { ...base, payload: viewPart(message.raw, '') };
  const { headers } = viewPart(message.raw, '', 'headers');
  const wanted = new Set(metadataHeaders.map((name) => name.toLowerCase()));
  const shown = wanted.size === 0 ? headers : headers.filter(({ name }) => wanted.has(name.toLowerCase()));
  return { ...base, payload: { mimeType: mimeTypeOf(splitMail(message.raw)), headers: shown } };
}

interface PartView {
  partId: string;
  mimeType: string;
  filename: string;
  headers: { name: string; value: string }[];
  body: { size: number; data?: string };
  parts?: PartView[];
}

function viewPart(raw: Buffer, partId: string, depth: 'headers' | 'all' = 'all'): PartView {
  const mail = splitMail(raw);
  const mimeType = mimeTypeOf(mail);
  const type = headerOf(mail, 'Content-Type') ?? '';
  const view: PartView = {
    partId,
    mimeType,
    filename: /(?:file)?name="?([^";]+)"?/i.exec(headerOf(mail, 'Content-Disposition') ?? '')?.[1] ?? '',
    headers: mail.headers.filter(({ name }) => name !== '').map(({ name, value }) => ({ name, value })),
    body: { size: 0 },
  };
  if (depth === 'headers') return view;
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (mimeType.startsWith('multipart/') && boundary) {
    const sections = mail.body.toString('latin1').split(`--${boundary}`).slice(1, -1);
    view.parts = sections.map((section, index) =>
      viewPart(Buffer.from(section.replace(/^\r?\n/, ''), 'latin1'), partId === '' ? `${index}` : `${partId}.${index}`),
    );
    return view;
  }
  const encoding = (headerOf(mail, 'Content-Transfer-Encoding') ?? '').toLowerCase();
  const data = encoding === 'base64' ? Buffer.from(mail.body.toString('latin1'), 'base64') : mail.body;
  view.body = { size: data.length, data: data.toString('base64url') };
  return view;
}

function mimeTypeOf(mail: SplitMail): string {
  return (headerOf(mail, 'Content-Type') ?? 'text/plain').split(';')[0]?.trim().toLowerCase() ?? 'text/plain';
}
