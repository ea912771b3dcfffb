/** Reads the XML of metadata files: elements with text or elements in them. Every element knows its line, for the findings. */

export interface Element {
  name: string;
  line: number;
  text: string;
  children: Element[];
}

export class XmlFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

const token = /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*"[^"<]*")*)\s*(\/?)>|<|[^<]+/g;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The root element. Throws an XmlFault where the text is not well formed. */
export function parseXml(text: string): Element {
  const top: Element = { name: '', line: 1, text: '', children: [] };
  const open = [top];
  let line = 1;
  for (const match of text.matchAll(token)) {
    const [whole, closing, name, , selfClosing] = match;
    const parent = open.at(-1)!;
    if (name) {
      if (closing) {
        if (parent.name !== name) throw new XmlFault(`</${name}> closes <${parent.name || 'nothing'}>.`, line);
        open.pop();
      } else {
        const element: Element = { name, line, text: '', children: [] };
        parent.children.push(element);
        if (!selfClosing) open.push(element);
      }
    } else if (whole === '<') throw new XmlFault('This is no element.', line);
    else if (!whole.startsWith('<')) parent.text += withoutEntities(whole, line);
    line += whole.split('\n').length - 1;
  }
  const unclosed = open.at(-1)!;
  if (unclosed !== top) throw new XmlFault(`<${unclosed.name}> is never closed.`, unclosed.line);
  const [root, second] = top.children;
  if (!root || second || top.text.trim()) throw new XmlFault('There must be exactly one root element.', 1);
  return root;
}

function withoutEntities(text: string, line: number): string {
  return text.replace(/&(#?\w*);?/g, (whole, name: string) => {
    const said = name.startsWith('#')
      ? String.fromCodePoint(Number(name.slice(1).replace(/^x/, '0x')))
      : entities[name];
    if (!said || !whole.endsWith(';')) throw new XmlFault(`${whole} is no entity; write &amp; for an ampersand.`, line);
    return said;
  });
}

/** Every element of this name below `element`, at any depth. */
export function every(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...every(child, name)]);
}

/** The text of the first child of this name; undefined where there is none. */
export function textOf(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text.trim();
}
