import { Parser } from 'htmlparser2';
import { parse as parseHost } from 'tldts';
import { findMustaches, maskMustaches } from './mustaches.ts';
import { type ScannedLink, scanHtml } from './scan-html.ts';

/**
 * Links are found once per template version, in the template itself: every `{{…}}` is masked while the HTML is read, and each
 * link that may be tracked is wrapped in marks. Handlebars then carries the marks into each mail, where a split finds them
 * again. So a mail costs no HTML parsing, and a link whose address or text holds a variable is judged by its final address.
 * This is right because the template check (template.ts) admits variables only where their escaped value cannot change how the
 * HTML around them is read.
 */
export interface PreparedHtml {
  /** The Handlebars source with marks. */
  template: string;
  links: PreparedLink[];
  ownHosts: readonly string[];
}

interface PreparedLink {
  /** The normalised address, when it holds no variable. */
  url: string | null;
  /** The text holds a variable, so whether it reads as an address is known only in the mail. */
  dynamicText: boolean;
}

/** The HTML of one mail, in pieces. */
export interface MergedHtml {
  /** `target` is an index into `targets` where the piece is a link's raw `href`, else null. */
  pieces: { text: string; target: number | null }[];
  /** The pixel goes before this piece. */
  pixelBefore: number;
  /** The distinct addresses of this mail's tracked links in order of appearance: absolute http(s), ASCII, no user name. */
  targets: string[];
}

// Control characters that compileTemplate refuses in templates and removes from values.
const linkMark = '\u0001';
const textMark = '\u0002';
const pixelMark = '\u0003';
const longestUrl = 2_000;

/** Marks what may be tracked in a template (or in finished HTML). `ownHosts`: our own tracking and unsubscribe hosts. */
export function prepareHtml(html: string, ownHosts: readonly string[] = []): PreparedHtml {
  const { mustaches } = findMustaches(html);
  const masked = maskMustaches(html, mustaches);
  const scanned = scanHtml(masked);
  const isDynamic = ({ start, end }: { start: number; end: number }) =>
    html.slice(start, end) !== masked.slice(start, end);
  const links: PreparedLink[] = [];
  const inserts: [offset: number, mark: string][] = [];
  for (const link of scanned.links) {
    const prepared = prepareLink(link, html, isDynamic, ownHosts);
    if (!prepared) continue;
    inserts.push([link.href.start, `${linkMark}${links.length}${linkMark}`], [link.href.end, linkMark]);
    if (prepared.dynamicText) inserts.push([link.content.start, textMark], [link.content.end, textMark]);
    links.push(prepared);
  }
  if (scanned.bodyEnd !== null) inserts.push([scanned.bodyEnd, pixelMark]);
  return { template: insertAll(html, inserts), links, ownHosts };
}

function prepareLink(
  link: ScannedLink,
  html: string,
  isDynamic: (range: { start: number; end: number }) => boolean,
  ownHosts: readonly string[],
): PreparedLink | null {
  const raw = html.slice(link.href.start, link.href.end);
  if (link.noTrack || raw.includes('unsubscribe_url')) return null;
  const dynamicText = isDynamic(link.content);
  if (!dynamicText && readsAsAddress(link.text)) return null;
  if (isDynamic(link.href)) return { url: null, dynamicText };
  const url = trackableUrl(raw, ownHosts);
  return url === null ? null : { url, dynamicText };
}

function insertAll(html: string, inserts: [offset: number, mark: string][]): string {
  let marked = '';
  let last = 0;
  for (const [offset, mark] of inserts.sort((a, b) => a[0] - b[0])) {
    marked += html.slice(last, offset) + mark;
    last = offset;
  }
  return marked + html.slice(last);
}

/** Takes the marks out of a rendered template and settles which links are tracked. */
export function mergeHtml(prepared: PreparedHtml, rendered: string): MergedHtml {
  const merged: MergedHtml = { pieces: [], pixelBefore: -1, targets: [] };
  const targetByUrl = new Map<string, number>();
  const parts = rendered.split(linkMark);
  for (let at = 0; at < parts.length; at += 3) {
    pushLiteral(merged, parts[at]!);
    const raw = parts[at + 2];
    const link = prepared.links[Number(parts[at + 1])];
    if (raw === undefined || !link) continue;
    const url = link.url ?? trackableUrl(raw, prepared.ownHosts);
    if (url === null || (link.dynamicText && readsAsAddress(markedText(parts[at + 3])))) {
      merged.pieces.push({ text: raw, target: null });
      continue;
    }
    const target = targetByUrl.get(url) ?? merged.targets.push(url) - 1;
    targetByUrl.set(url, target);
    merged.pieces.push({ text: raw, target });
  }
  if (merged.pixelBefore === -1) merged.pixelBefore = merged.pieces.length;
  return merged;
}

function pushLiteral(merged: MergedHtml, literal: string): void {
  const [before, after] = literal.replaceAll(textMark, '').split(pixelMark);
  merged.pieces.push({ text: before!, target: null });
  if (after === undefined) return;
  merged.pixelBefore = merged.pieces.length;
  merged.pieces.push({ text: after, target: null });
}

function markedText(literal: string | undefined): string {
  return (literal?.split(textMark)[1] ?? '').replace(/<[^<>]*>/g, '');
}

export interface Tracking {
  /** One tracking address for each of `targets`, in order; null leaves every link as it was written. */
  linkUrls: readonly string[] | null;
  pixelUrl: string | null;
}

/** The finished HTML. Apart from the replaced `href`s and the pixel every byte is as the template and the values made it. */
export function fillHtml(merged: MergedHtml, tracking: Tracking): string {
  let html = '';
  for (const [index, { text, target }] of merged.pieces.entries()) {
    if (index === merged.pixelBefore) html += pixel(tracking.pixelUrl);
    const url = target === null ? undefined : tracking.linkUrls?.[target];
    html += url === undefined ? text : escapeAttribute(url);
  }
  return merged.pixelBefore === merged.pieces.length ? html + pixel(tracking.pixelUrl) : html;
}

function pixel(url: string | null): string {
  return url === null ? '' : `<img src="${escapeAttribute(url)}" width="1" height="1" alt="">`;
}

function escapeAttribute(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function trackableUrl(rawHref: string, ownHosts: readonly string[]): string | null {
  const address = decodeAttribute(rawHref).trim();
  if (address.length > longestUrl || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '' || ownHosts.includes(url.host)) return null;
  return url.href;
}

function decodeAttribute(raw: string): string {
  if (!raw.includes('&')) return raw;
  let decoded = raw;
  const quote = raw.includes('"') ? "'" : '"';
  new Parser({
    onattribute: (_name, value) => {
      decoded = value;
    },
  }).end(`<a href=${quote}${raw}${quote}>`);
  return decoded;
}

/** True of `https://x.com/y`, `www.x.com` and `x.com/y`: a link that shows an address must lead to that very address. */
function readsAsAddress(text: string): boolean {
  const shown = text.replace(/&nbsp;|&#160;|\s/g, ' ').trim();
  if (shown.length === 0 || shown.length > longestUrl || shown.includes(' ')) return false;
  if (/^https?:\/\//i.test(shown)) return true;
  const host = /^[a-z0-9.-]+(?=[/?#:]|$)/i.exec(shown)?.[0];
  return host?.includes('.') === true && parseHost(host).isIcann === true;
}
