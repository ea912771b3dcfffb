/**
 * The heavy half of the check, with HubSpot's own parser and lint rules. Plain JavaScript in a folder with its own
 * lockfile: these packages weigh 130 MB and are installed only by who runs the check. Prints a JSON list of sentences.
 */
import { join } from 'node:path';
import { config as hubspotRules } from '@hubspot/eslint-config-ui-extensions';
import { parseProjectConfig } from '@hubspot/project-parsing-lib/projects';
import { translate, translateForLocalDev } from '@hubspot/project-parsing-lib/translate';
import { ESLint } from 'eslint';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const project = join(import.meta.dirname, '..');

async function parserComplaints() {
  const { srcDir, platformVersion } = parseProjectConfig(project);
  const context = { projectSourceDir: join(project, srcDir), platformVersion, accountId: 1 };
  const { skippedHsMetaFiles } = await translate(context, { skipValidation: true, profile: 'example' });
  const { intermediateRepresentation } = await translateForLocalDev(context, { profile: 'example' });
  return [
    ...skippedHsMetaFiles.map((file) => `HubSpot would skip ${file.file ?? JSON.stringify(file)}.`),
    ...Object.values(intermediateRepresentation.intermediateNodesIndexedByUid).flatMap((node) =>
      (node.localDev?.parsingErrors ?? []).map((message) => `${node.uid}: ${message}.`),
    ),
  ];
}

async function lintComplaints() {
  const eslint = new ESLint({
    cwd: join(project, 'src'),
    overrideConfigFile: true,
    overrideConfig: [
      { files: ['**/*.{ts,tsx}'], languageOptions: { parser: tseslint.parser } },
      ...hubspotRules,
      { plugins: { 'react-hooks': reactHooks }, rules: { 'react-hooks/rules-of-hooks': 'error' } },
      { ignores: ['**/*.test.*', '**/node_modules', '**/dist'] },
    ],
  });
  const results = await eslint.lintFiles(['**/*.{ts,tsx}']);
  if (results.length === 0) return ['HubSpot’s lint rules found no file to look at.'];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(
      ({ line, message, ruleId }) => `${filePath.slice(project.length + 1)}:${line}: ${message} (${ruleId})`,
    ),
  );
}

async function sentences(complaints) {
  try {
    return await complaints();
  } catch (error) {
    return [error.message];
  }
}

console.log(JSON.stringify([...(await sentences(parserComplaints)), ...(await sentences(lintComplaints))]));
