/** Is each file in its place and of a shape HubSpot accepts? Data in, sentences out; no sentence means yes. */
import type { z } from 'zod';
import type { Project } from './project.ts';
import { type Config, hsproject, type Kind, kinds, meta, profile } from './schemas.ts';

export interface Component<K extends Kind> {
  path: string;
  uid: string;
  config: Config<K>;
}
export type Components = { [K in Kind]: Component<K>[] };

/** The components whose files are right, and a sentence for everything that is wrong. */
export function checkFiles(project: Project): { components: Components; wrong: string[] } {
  const wrong = [
    ...complaints('hsproject.json', hsproject.safeParse(project.hsproject)),
    ...complaints('src/hsprofile.example.json', profile.safeParse(project.profile)),
  ];
  const components: Components = { app: [], card: [], settings: [], webhooks: [], 'workflow-action': [] };
  const uids = new Map<string, string>();
  const variables = profile.safeParse(project.profile).data?.variables ?? {};

  for (const { path, folder, json } of project.metas) {
    const head = meta.safeParse(json);
    if (!head.success) {
      wrong.push(...(json === null ? [`${path} is not valid JSON.`] : complaints(path, head)));
      continue;
    }
    const { uid, type } = head.data;
    const kind = kinds[type];
    if (folder !== kind.folder) {
      wrong.push(`${path} is of type ${type}, so it must lie directly in ${kind.folder}; HubSpot skips it elsewhere.`);
    }
    const twin = uids.get(uid);
    if (twin) wrong.push(`${path} has the uid ${uid}, which ${twin} has already.`);
    uids.set(uid, path);
    const config = kind.config.safeParse(filledIn(head.data.config, variables));
    wrong.push(...complaints(path, config, 'config'));
    if (config.success) (components[type] as Component<Kind>[]).push({ path, uid, config: config.data });
  }

  for (const [type, { single, folder }] of Object.entries(kinds)) {
    const count = project.metas.filter(({ json }) => meta.safeParse(json).data?.type === type).length;
    if (count === 0) wrong.push(`There is no file of type ${type} in ${folder}.`);
    if (single && count > 1) wrong.push(`There are ${count} files of type ${type}; HubSpot takes one.`);
  }
  return { components, wrong };
}

/** `value` with every `${NAME}` replaced, as HubSpot does on upload; an unknown name stays and fails as an address. */
function filledIn(value: unknown, variables: Record<string, string>): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
  }
  if (Array.isArray(value)) return value.map((item) => filledIn(item, variables));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, variables)]));
  }
  return value;
}

function complaints(path: string, result: z.ZodSafeParseResult<unknown>, under?: string): string[] {
  if (result.success) return [];
  return result.error.issues.map(({ path: keys, message }) => {
    const place = [...(under ? [under] : []), ...keys].join('.');
    return `${path}${place ? `, ${place}` : ''}: ${message}.`;
  });
}
