import type { RenderedChildNode } from '@hubspot/ui-extensions/testing';

/** Everything a person reads inside a node, in order. HubSpot's own `text` is null as soon as elements are nested. */
export function textOf(node: { childNodes: RenderedChildNode[] }): string {
  return node.childNodes.map((child) => ('childNodes' in child ? textOf(child) : child.text)).join(' ');
}
