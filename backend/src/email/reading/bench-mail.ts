import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { explainMail, type MailExplanation } from './explain-mail.ts';

// npm run bench:mail
// Precision and recall of the inbox reader on the labelled mails in fixtures/, those it was tuned on and those it was not.

interface Label {
  set: 'development' | 'held-out';
  kind: string;
  bounce?: { class: string; recipient: string; status?: string }[];
  returnsOn?: string | null;
  text?: string;
  intent?: string;
}

const folder = join(import.meta.dirname, 'fixtures');
const labels: Record<string, Label> = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'));
const unlabelled = readdirSync(folder).filter((file) => file.endsWith('.eml') && !(file in labels));
if (unlabelled.length > 0) throw new Error(`no label for ${unlabelled.join(', ')}`);

const results: { file: string; label: Label; got: MailExplanation; milliseconds: number }[] = [];
for (const [file, label] of Object.entries(labels)) {
  const raw = readFileSync(join(folder, file));
  const before = performance.now();
  const got = await explainMail(raw, ['robin@sender.example'], systemClock.now());
  results.push({ file, label, got, milliseconds: performance.now() - before });
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const share = (hits: number, all: number) => (all === 0 ? '    –' : `${((100 * hits) / all).toFixed(1)}%`.padStart(6));

for (const set of ['development', 'held-out'] as const) {
  const mails = results.filter(({ label }) => label.set === set);
  say(`\n${set}: ${mails.length} mails`);
  say(`${'kind'.padEnd(22)}mails  precision  recall`);
  for (const kind of [...new Set(mails.flatMap(({ label, got }) => [label.kind, got.kind]))].sort()) {
    const right = mails.filter(({ label, got }) => label.kind === kind && got.kind === kind).length;
    const are = mails.filter(({ label }) => label.kind === kind).length;
    const called = mails.filter(({ got }) => got.kind === kind).length;
    say(`${kind.padEnd(22)}${String(are).padStart(5)}  ${share(right, called)}    ${share(right, are)}`);
  }
  const bounces = mails.flatMap(({ label, got }) =>
    (label.bounce ?? []).map((wanted) => ({ wanted, got: got.bounce })),
  );
  const named = bounces.filter(({ wanted, got }) => got.some(({ recipient }) => recipient === wanted.recipient));
  const classed = bounces.filter(({ wanted, got }) =>
    got.some((one) => one.recipient === wanted.recipient && one.class === wanted.class),
  );
  const absences = mails.filter(({ label }) => label.returnsOn);
  const returns = absences.filter(({ label, got }) => got.autoReply?.returnsOn === label.returnsOn);
  const texts = mails.filter(({ label }) => label.text !== undefined);
  const intents = mails.filter(({ label }) => label.intent !== undefined);
  const people = mails.filter(({ label }) => /human_reply|unsubscribe_request/.test(label.kind));
  const mistaken = people.filter(({ got }) => /bounce|delayed|auto_reply/.test(got.kind));
  say(`recipient of a bounce ${share(named.length, bounces.length)} of ${bounces.length}`);
  say(`class of a bounce     ${share(classed.length, bounces.length)} of ${bounces.length}`);
  say(`day of return         ${share(returns.length, absences.length)} of ${absences.length}`);
  say(`text of a reply       ${share(texts.filter(isSameText).length, texts.length)} of ${texts.length}`);
  say(`intent of a reply     ${share(intents.filter(isSameIntent).length, intents.length)} of ${intents.length}`);
  say(`people taken for machines: ${mistaken.length} of ${people.length}`);
  for (const one of mails) for (const line of differences(one)) say(`  ${one.file}: ${line}`);
}
say(`\nslowest mail: ${Math.max(...results.map(({ milliseconds }) => milliseconds)).toFixed(0)} ms`);

function isSameText({ label, got }: { label: Label; got: MailExplanation }): boolean {
  return got.reply?.text === label.text;
}

function isSameIntent({ label, got }: { label: Label; got: MailExplanation }): boolean {
  return got.reply?.intent === label.intent;
}

function differences({ label, got }: { label: Label; got: MailExplanation }): string[] {
  const lines: string[] = [];
  const say = (what: string, wanted: unknown, was: unknown) =>
    lines.push(`${what} is ${JSON.stringify(was)} instead of ${JSON.stringify(wanted)}`);
  if (got.kind !== label.kind) say('kind', label.kind, got.kind);
  const short = (bounces: { class: string; recipient: string | null }[]) =>
    bounces.map((one) => `${one.class} ${one.recipient}`).join(', ');
  if (label.bounce && short(label.bounce) !== short(got.bounce)) say('bounce', short(label.bounce), short(got.bounce));
  for (const [index, { status }] of (label.bounce ?? []).entries())
    if (status && got.bounce[index]?.status !== status) say('status', status, got.bounce[index]?.status);
  if (label.returnsOn && got.autoReply?.returnsOn !== label.returnsOn)
    say('return', label.returnsOn, got.autoReply?.returnsOn);
  if (label.text !== undefined && got.reply?.text !== label.text) say('text', label.text, got.reply?.text);
  if (label.intent !== undefined && got.reply?.intent !== label.intent) say('intent', label.intent, got.reply?.intent);
  return lines;
}
