/**
 * The checks that need Salesforce's own tools (190 MB, with a lockfile of their own in this folder) and, most of them, Java.
 * Each looks at a package folder and answers findings, or says why it could not look.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Finding } from './project.ts';

export interface Outcome {
  findings: Finding[];
  /** Why nothing was looked at; null when it was. */
  skipped: string | null;
}

export interface HeavyCheck {
  name: string;
  run(folder: string): Outcome;
}

/** Where Salesforce's tools are installed. */
export const toolsFolder = import.meta.dirname;
const jars = (engine: string) =>
  join(toolsFolder, `node_modules/@salesforce/code-analyzer-${engine}-engine/dist/java-lib/*`);
const looked = (findings: Finding[]): Outcome => ({ findings, skipped: null });

export const heavyChecks: HeavyCheck[] = [
  { name: 'sfdx-project.json and source format, by Salesforce’s converter', run: (folder) => tool('shape.js', folder) },
  { name: 'metadata, by Salesforce’s types', run: (folder) => tool('schema.js', folder) },
  { name: 'Apex types, by apex-ls', run: withJava('java', apexTypes) },
  { name: 'objects and fields of queries', run: withJava('javac', (folder) => tool('soql.js', folder)) },
  { name: 'Apex rules, by Salesforce’s compiler front end', run: withJava('javac', compilerRules) },
  { name: 'AppExchange and security rules, by PMD', run: withJava('java', (folder) => tool('security.js', folder)) },
];

function tool(script: string, folder: string): Outcome {
  const options = {
    encoding: 'utf8' as const,
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
  };
  const printed = execFileSync(process.execPath, [join(toolsFolder, 'tools', script), folder], options);
  return looked(JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Finding[]);
}

function withJava(program: 'java' | 'javac', run: (folder: string) => Outcome): HeavyCheck['run'] {
  return (folder) => {
    const found = spawnSync(program, ['-version']).status === 0;
    const wanted = program === 'java' ? 'Java 17 or newer' : 'a Java development kit (javac), 17 or newer,';
    return found ? run(folder) : { findings: [], skipped: `${wanted} is not installed` };
  };
}

const extended = ['Contact', 'Lead'];
const emptyObject =
  '<?xml version="1.0" encoding="UTF-8"?>\n<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"/>\n';

/**
 * apex-ls reports unknown fields of a standard object that the package extends only when an earlier package directory
 * declares that object: hence a copy of the project with stubs in front. It knows API 65.
 */
function apexTypes(folder: string): Outcome {
  const workspace = mkdtempSync(join(tmpdir(), 'salesos-apex-'));
  try {
    cpSync(join(folder, 'force-app'), join(workspace, 'force-app'), { recursive: true });
    for (const object of extended) {
      mkdirSync(join(workspace, 'stubs/objects', object), { recursive: true });
      writeFileSync(join(workspace, 'stubs/objects', object, `${object}.object-meta.xml`), emptyObject);
    }
    const packageDirectories = [{ path: 'stubs' }, { path: 'force-app', default: true }];
    const project = JSON.stringify({ packageDirectories, namespace: '', sourceApiVersion: '65.0' });
    writeFileSync(join(workspace, 'sfdx-project.json'), project);
    const options = ['--workspace', workspace, '--nocache', '--detail', 'warnings', '--format', 'json'];
    const printed = java(jars('pmd'), 'io.github.apexdevtools.apexls.CheckForIssues', options);
    const { files } = JSON.parse(printed) as { files: { path: string; messages: Issue[] }[] };
    return looked(
      files.flatMap(({ path, messages }) =>
        messages.map(({ start, message }) => ({
          file: relative(workspace, path),
          line: start.line,
          message: message.replaceAll(`${workspace}/`, ''),
        })),
      ),
    );
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

interface Issue {
  start: { line: number };
  message: string;
}

/** The front end knows few system types and none of our fields; apex-ls looks after those. */
const unknownToFrontEnd =
  /^(Invalid type|Variable does not exist|Method does not exist|Field does not exist|External string does not exist)/;

function compilerRules(folder: string): Outcome {
  const classes = join(folder, 'force-app/main/default/classes');
  const paths = readdirSync(classes).filter((name) => name.endsWith('.cls'));
  const printed = java(
    jars('sfge'),
    join(toolsFolder, 'tools/CompilerRules.java'),
    paths.map((name) => join(classes, name)),
  );
  const rows = printed
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const [, compiled] = rows.pop() ?? [];
  if (Number(compiled) !== paths.length)
    return looked([
      { file: 'force-app', line: 1, message: `Only ${compiled} of ${paths.length} classes were compiled.` },
    ]);
  return looked(
    rows
      .map(([file = '', line, message = '']) => ({ file: relative(folder, file), line: Number(line), message }))
      .filter(({ message }) => !unknownToFrontEnd.test(message)),
  );
}

/** Programs end with an error code when they have findings, so only their output counts. */
function java(classPath: string, program: string, options: string[]): string {
  const { stdout, stderr } = spawnSync('java', ['-cp', classPath, program, ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (!stdout.trim()) throw new Error(`${program} printed nothing. ${stderr}`);
  return stdout;
}
