import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainMail } from './explain-mail.ts';
import { mailText } from './inbound-fixtures.ts';

const folder = join(import.meta.dirname, 'fixtures');
const labels: Record<string, { kind: string; bounce?: { class: string; recipient: string }[]; returnsOn?: string }> =
  JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'));
const files = readdirSync(folder).filter((file) => file.endsWith('.eml'));
const now = new Date('2026-11-23T18:00:00Z');
const explain = (raw: Buffer) => explainMail(raw, ['robin@sender.example'], now);

describe('every labelled mail', () => {
  test('has a label, and there are enough of them', () => {
    expect(files.sort()).toEqual(Object.keys(labels).sort());
    expect(files.length).toBeGreaterThanOrEqual(150);
  });

  test.each(files)('%s', async (file) => {
    const label = labels[file]!;
    const got = await explain(readFileSync(join(folder, file)));
    expect(got.kind).toBe(label.kind);
    if (label.bounce)
      expect(got.bounce).toMatchObject(label.bounce.map(({ class: kind, recipient }) => ({ class: kind, recipient })));
    if (label.returnsOn) expect(got.autoReply?.returnsOn).toBe(label.returnsOn);
  });
});

describe('why our mail is found', () => {
  test.each([
    [{ 'In-Reply-To': '<a@b.example>' }, 'in_reply_to'],
    [{ References: '<a@b.example>' }, 'references'],
    [{ To: 'robin+token@sender.example' }, 'token'],
    [{}, 'sender_and_subject'],
    [{ Subject: 'Hello' }, null],
  ])('%j by %s', async (headers, by) => {
    expect((await explain(mailText(headers as Record<string, string>, 'Fine.'))).matchedBy).toBe(by);
  });

  test('a bounce by the mail it returns', async () => {
    expect(await explain(readFileSync(join(folder, 'postfix-user-unknown.eml')))).toMatchObject({
      matchedBy: 'returned_headers',
      reply: null,
      autoReply: null,
    });
  });
});

test('without the mailbox, the address the mail was delivered to tells an own copy', async () => {
  const raw = mailText(
    { From: 'robin@sender.example', To: 'd@x.example', 'Delivered-To': 'robin@sender.example' },
    'x',
  );
  expect((await explainMail(raw, [], now)).kind).toBe('own_copy');
  expect((await explainMail(mailText({ 'Delivered-To': 'robin@sender.example' }, 'x'), [], now)).kind).toBe(
    'human_reply',
  );
});

test('the command prints one line for each file, in order, and goes on after one that is missing', () => {
  const script = join(import.meta.dirname, 'explain.ts');
  const args = [script, join(folder, 'no-thanks.eml'), join(folder, 'missing.eml'), join(folder, 'arf-abuse.eml')];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(['human_reply', 'unrelated', 'complaint']);
  expect(status).toBe(1);
  const input = readFileSync(join(folder, 'no-thanks.eml'));
  const piped = spawnSync(process.execPath, [script], { input, encoding: 'utf8' });
  expect(JSON.parse(piped.stdout)).toMatchObject({ kind: 'human_reply', reply: { intent: 'not_interested' } });
  expect(piped.status).toBe(0);
});

describe('hostile mail', () => {
  const daemon = { From: 'mailer-daemon@x.example', Subject: 'failure notice', 'Return-Path': '<>' };
  const html = { 'Content-Type': 'text/html; charset=utf-8' };
  const nested = (depth: number) => {
    let body = 'Content-Type: text/plain\n\nx';
    for (let level = 0; level < depth; level += 1)
      body = `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n${body}\n--b${level}--\n`;
    return Buffer.from(`From: a@x.example\nSubject: Re: x\n${body}`);
  };
  test.each<[string, Buffer]>([
    ['20,000 empty lines', mailText({}, `yes${'\n'.repeat(20_000)}please`)],
    ['ten megabytes of lines', mailText({}, 'lorem ipsum dolor\n'.repeat(600_000))],
    ['ten megabytes in one line', mailText({}, 'a '.repeat(5_000_000))],
    ['ten megabytes of HTML', mailText(html, '<p>a</p>'.repeat(1_250_000))],
    ['open blockquotes', mailText(html, '<blockquote>a'.repeat(50_000))],
    ['parts within parts', nested(2_000)],
    ['a charset nobody knows', mailText({ 'Content-Type': 'text/plain; charset=klingon-8' }, 'Sounds good ÄÖÜ')],
    [
      'bytes that are not their charset',
      Buffer.concat([mailText({}, ''), Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28])]),
    ],
    ['a bounce of addresses', mailText(daemon, '<a@b.example>: 550 no such user\n'.repeat(50_000))],
    ['a bounce of dots', mailText(daemon, `${'a.'.repeat(200_000)}@`)],
    ['a bounce of blanks', mailText(daemon, `to ${' '.repeat(400_000)}@x`)],
    ['a refusal a thousand times', mailText({}, 'not not not now not interested let us talk '.repeat(20_000))],
    ['unfinished requests', mailText({}, `bitte ${'bitte '.repeat(50_000)}`)],
    ['headers of a quoted mail', mailText({}, 'From: a\n'.repeat(100_000))],
    [
      'an absence note of dates',
      mailText({ 'Auto-Submitted': 'auto-replied' }, '12月7日まで 12월 7일까지 '.repeat(20_000)),
    ],
    ['a subject without end', mailText({ Subject: `Re: ${'out of office '.repeat(15_000)}` }, 'x')],
  ])('%s is read in bounded time', async (_name, raw) => {
    const before = performance.now();
    const got = await explain(raw);
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(got.kind).toEqual(expect.any(String));
  });

  test('random bytes and damaged fixtures never throw', async () => {
    const damaged = fc
      .record({
        file: fc.constantFrom(...files),
        edits: fc.array(fc.record({ at: fc.nat(6_000), remove: fc.nat(80), insert: fc.string({ unit: 'binary' }) }), {
          maxLength: 6,
        }),
      })
      .map(({ file, edits }) => {
        let text = readFileSync(join(folder, file)).toString('latin1');
        for (const { at, remove, insert } of edits)
          text = text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove);
        return Buffer.from(text, 'latin1');
      });
    const bytes = fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, bytes), async (raw) => {
        const got = await explain(raw);
        expect(JSON.parse(JSON.stringify(got))).toEqual(got);
      }),
      { numRuns: 1_000 },
    );
  });
});
