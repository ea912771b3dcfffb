/**
 * Salesforce's own idea of the project: its schema for sfdx-project.json, and its converter from source to package.
 * Prints a JSON list of findings. Plain JavaScript: these tools are installed only by who runs the check.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve';
import { Ajv } from 'ajv';

const [folder] = process.argv.slice(2);
const require = createRequire(import.meta.url);

function projectFile() {
  const schema = JSON.parse(readFileSync(require.resolve('@salesforce/schemas/sfdx-project.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false }).compile(schema);
  validate(JSON.parse(readFileSync(join(folder, 'sfdx-project.json'), 'utf8')));
  return (validate.errors ?? []).map(({ instancePath, message, params }) => ({
    file: 'sfdx-project.json',
    line: 1,
    message: `${instancePath || 'The project'} ${message} ${Object.values(params).join(' ')}`,
  }));
}

async function conversion() {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'salesos-shape-'));
  try {
    const components = ComponentSet.fromSource({ fsPaths: [join(folder, 'force-app'), join(folder, 'unpackaged')] });
    if (components.size === 0) return [{ file: 'force-app', line: 1, message: 'Salesforce finds nothing in it.' }];
    await new MetadataConverter().convert(components, 'metadata', { type: 'directory', outputDirectory });
    return [];
  } catch (error) {
    const path = /(\/\S+)/.exec(error.message)?.[1]?.replace(/[:,.]$/, '') ?? '';
    const file = path.startsWith(folder) ? relative(folder, path) : 'force-app';
    return [{ file, line: 1, message: error.message.replaceAll(`${folder}/`, '') }];
  } finally {
    rmSync(outputDirectory, { recursive: true });
  }
}

process.chdir(folder);
console.log(JSON.stringify([...projectFile(), ...(await conversion())]));
