import { QuoteType, Tokenizer } from 'htmlparser2';

/** Offsets into the source, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

export interface ScannedLink {
  /** The raw value of the first `href`, between its quotes. */
  href: Range;
  /** Everything between the opening tag and its end tag (or the next link). */
  content: Range;
  /** The raw text of the content, without tags. */
  text: string;
  noTrack: boolean;
}

export interface ScannedHtml {
  links: ScannedLink[];
  /** Text outside of script, style and the like; `element` is set inside of textarea and title. */
  texts: (Range & { element: 'textarea' | 'title' | null })[];
  quotedValues: Range[];
  comments: Range[];
  scripts: number[];
  /** Start of the last `</body>` that is an end tag and not a text, or null. */
  bodyEnd: number | null;
}

const rawTextElements = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);
const longestLinkText = 2_000;

/** One pass of htmlparser2's tokenizer; malformed HTML is read as browsers read it. Comments, conditional ones too, stay closed. */
export function scanHtml(html: string): ScannedHtml {
  const found: ScannedHtml = { links: [], texts: [], quotedValues: [], comments: [], scripts: [], bodyEnd: null };
  let tag = '';
  let tagStart = 0;
  let attribute = '';
  let value: Range | null = null;
  let href: Range | null = null;
  let noTrack = false;
  let open: ScannedLink | null = null;
  let rawText = '';

  const closeLink = (end: number) => {
    if (open) open.content.end = end;
    open = null;
  };
  const endOpenTag = (end: number) => {
    if (tag === 'a') closeLink(tagStart);
    if (href && (tag === 'a' || tag === 'area')) {
      const link: ScannedLink = { href, content: { start: end + 1, end: end + 1 }, text: '', noTrack };
      found.links.push(link);
      if (tag === 'a') open = link;
    }
    if (tag === 'script') found.scripts.push(tagStart);
    rawText = rawTextElements.has(tag) || tag === 'textarea' || tag === 'title' ? tag : '';
  };
  const noteComment = (start: number, end: number) => found.comments.push({ start, end });

  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      onopentagname(start, end) {
        tag = html.slice(start, end).toLowerCase();
        tagStart = start - 1;
        href = null;
        noTrack = false;
      },
      onattribname(start, end) {
        attribute = html.slice(start, end).toLowerCase();
        value = null;
        if (attribute === 'data-no-track') noTrack = true;
      },
      onattribdata(start, end) {
        value = { start: value?.start ?? start, end };
      },
      onattribend(quote) {
        if (!value) return;
        if (quote === QuoteType.Double || quote === QuoteType.Single) found.quotedValues.push(value);
        if (attribute === 'href' && !href) href = value;
      },
      onopentagend: endOpenTag,
      onselfclosingtag: endOpenTag,
      onclosetag(start, end) {
        const name = html.slice(start, end).toLowerCase();
        if (name === 'a') closeLink(start - 2);
        if (name === 'body') found.bodyEnd = start - 2;
        rawText = '';
      },
      ontext(start, end) {
        if (rawTextElements.has(rawText)) return;
        found.texts.push({ start, end, element: rawText === 'textarea' || rawText === 'title' ? rawText : null });
        if (open && open.text.length < longestLinkText) open.text += html.slice(start, end);
      },
      oncomment: noteComment,
      oncdata: noteComment,
      ondeclaration() {},
      onprocessinginstruction() {},
      onattribentity() {},
      ontextentity() {},
      onend() {},
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  closeLink(html.length);
  return found;
}
