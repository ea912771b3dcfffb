/** `npm run conformance` walks one journey in the three CRMs and prints what was seen; `-- --readme` writes it there. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openPglite } from '../src/core/db.ts';
import { asTable, walkAll } from './table.ts';

const { values } = parseArgs({ options: { readme: { type: 'boolean' } } });
const columns = await walkAll(() => openPglite({ memory: true }));
const table = asTable(columns);
console.log(table);
if (values.readme) {
  const file = new URL('../../README.md', import.meta.url);
  const text = await readFile(file, 'utf8');
  const marks = /<!-- conformance -->[\s\S]*<!-- \/conformance -->/;
  if (!marks.test(text)) throw new Error('README.md lacks the marks <!-- conformance --> and <!-- /conformance -->.');
  await writeFile(
    file,
    text.replace(marks, () => `<!-- conformance -->\n${table}\n<!-- /conformance -->`),
  );
}
if (table.includes('**differs**')) process.exitCode = 1;
