/** Small helpers to write Salesforce metadata files. */

export const apiVersion = '68.0';

/** A tree of elements: text, a list (the element is repeated), or nested elements. */
export type Elements = { [name: string]: string | number | boolean | Elements | (string | Elements)[] };

/** One metadata file as Salesforce reads it. */
export function metadataFile(root: string, elements: Elements): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<${root} xmlns="http://soap.sforce.com/2006/04/metadata">`,
    ...lines(elements, '    '),
    `</${root}>`,
    '',
  ].join('\n');
}

function lines(elements: Elements, indent: string): string[] {
  return Object.entries(elements).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) =>
      typeof one === 'object'
        ? [`${indent}<${name}>`, ...lines(one, `${indent}    `), `${indent}</${name}>`]
        : [`${indent}<${name}>${escapeXml(String(one))}</${name}>`],
    ),
  );
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text between Apex quotes. */
export function apexText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
