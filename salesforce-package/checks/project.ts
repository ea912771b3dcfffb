/** The package as files: what the checks look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type Element, parseXml, XmlFault } from './xml.ts';

/** Something wrong, where a person finds it. */
export interface Finding {
  /** Below the package's folder. */
  file: string;
  line: number;
  message: string;
}

export interface SourceFile {
  path: string;
  text: string;
}

export interface MetadataFile extends SourceFile {
  /** As in `SalesOS_Rep`: the file's name without its endings. */
  name: string;
  /** As in `permissionset`. */
  kind: string;
  root: Element;
}

export interface Project {
  sfdxProject: { namespace: string; sourceApiVersion: string; replacements: Replacement[] };
  metadata: MetadataFile[];
  apex: SourceFile[];
  /** Scripts of the Lightning web components, without tests. */
  lwc: SourceFile[];
  /** Metadata that is no XML. */
  malformed: Finding[];
  /** Every file of the package. */
  paths: string[];
}

interface Replacement {
  filename: string;
  stringToReplace: string;
}

/** Reads the metadata in `source` of the package in `folder` (the one that holds `sfdx-project.json`). */
export function readProject(folder: string, source = 'force-app/main/default'): Project {
  const paths = filesUnder(join(folder, source)).map((path) => relative(folder, path).split(sep).join('/'));
  const file = (path: string) => ({ path, text: readFileSync(join(folder, path), 'utf8') });
  const malformed: Finding[] = [];
  const metadata = paths
    .filter((path) => path.endsWith('-meta.xml'))
    .flatMap((path) => {
      const { text } = file(path);
      const [, name = '', kind = ''] = /^(.*)\.([\w]+)-meta\.xml$/.exec(basename(path)) ?? [];
      try {
        return [{ path, text, name, kind, root: parseXml(text) }];
      } catch (error) {
        if (!(error instanceof XmlFault)) throw error;
        malformed.push({ file: path, line: error.line, message: error.message });
        return [];
      }
    });
  return {
    sfdxProject: JSON.parse(file('sfdx-project.json').text),
    metadata,
    apex: paths.filter((path) => path.endsWith('.cls')).map(file),
    lwc: paths.filter((path) => path.includes('/lwc/') && path.endsWith('.js')).map(file),
    malformed,
    paths,
  };
}

/** Files of one kind, as in `ofKind(project, 'tab')`. */
export function ofKind(project: Project, kind: string): MetadataFile[] {
  return project.metadata.filter((file) => file.kind === kind);
}

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [join(folder, entry.name)];
    return ['__tests__', 'node_modules'].includes(entry.name) ? [] : filesUnder(join(folder, entry.name));
  });
}
