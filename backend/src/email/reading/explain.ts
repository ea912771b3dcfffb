import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { systemClock } from '../../core/clock.ts';
import { explainMail } from './explain-mail.ts';

// npm run --silent mail:explain -- [--mailbox ADDRESS]… [FILE.eml…]
// Why was this mail treated so? One JSON object a line for each file, or for standard input. See README.md.
const { values, positionals } = parseArgs({
  options: { mailbox: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
const own = values.mailbox.map((address) => address.toLowerCase());

for (const file of positionals.length > 0 ? positionals : ['-']) {
  try {
    const raw = file === '-' ? await buffer(process.stdin) : await readFile(file);
    process.stdout.write(`${JSON.stringify(await explainMail(raw, own, systemClock.now()))}\n`);
  } catch (error) {
    // A line for each message, in order, whatever happens to one.
    const reason = error instanceof Error ? error.message : String(error);
    process.stdout.write(
      `${JSON.stringify({ kind: 'unrelated', bounce: [], autoReply: null, reply: null, matchedBy: null, evidence: [`cannot be read: ${reason}`] })}\n`,
    );
    process.stderr.write(`${file}: ${reason}\n`);
    process.exitCode = 1;
  }
}
