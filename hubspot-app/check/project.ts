/** The HubSpot project as files: what the checks look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

/** Each with the path a person finds it under, as in `src/app/app-hsmeta.json`. */
export interface ProjectFile {
  path: string;
  text: string;
}

export interface Project {
  hsproject: unknown;
  profile: unknown;
  /** Every `*-hsmeta.json`, parsed; `null` where it is no JSON. */
  metas: { path: string; folder: string; json: unknown }[];
  /** Sources of the surfaces, without tests. */
  sources: ProjectFile[];
  /** `package.json` of each surface and of the repository's root, by folder (`''` is the root). */
  packages: Record<string, unknown>;
  locks: Record<string, unknown>;
  readme: string;
  /** The backend's HubSpot settings; its list of scopes must be the app's. */
  backendConfig: string;
}

export const surfaceFolders = ['src/app/cards', 'src/app/settings'];

/** Reads the project in `folder` (the one that holds `hsproject.json`). */
export function readProject(folder: string): Project {
  const paths = filesUnder(join(folder, 'src')).map((path) => relative(folder, path).split(sep).join('/'));
  const text = (path: string) => readFileSync(join(folder, path), 'utf8');
  const json = (path: string): unknown => {
    try {
      return JSON.parse(text(path));
    } catch {
      return null;
    }
  };
  return {
    hsproject: json('hsproject.json'),
    profile: json('src/hsprofile.example.json'),
    metas: paths
      .filter((path) => path.endsWith('-hsmeta.json'))
      .map((path) => ({ path, folder: dirname(path), json: json(path) })),
    sources: paths
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .map((path) => ({ path, text: text(path) })),
    packages: Object.fromEntries([
      ['', json('../package.json')],
      ...surfaceFolders.map((surface) => [surface, json(`${surface}/package.json`)]),
    ]),
    locks: Object.fromEntries(surfaceFolders.map((surface) => [surface, json(`${surface}/package-lock.json`)])),
    readme: text('README.md'),
    backendConfig: text('../backend/src/vendors/hubspot/config.ts'),
  };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return ['node_modules', 'dist'].includes(basename(entry.name)) ? [] : filesUnder(join(folder, entry.name));
    }
    return [join(folder, entry.name)];
  });
}
