import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { type ComposeInput, composeMail, InvalidMail } from './compose.ts';

const base: ComposeInput = {
  messageId: '<0190f0b2-7c1e-7cc3-9b1e-0f7f9d7c1a11@sender.example>',
  date: new Date('2026-11-21T09:05:07Z'),
  from: { name: 'Robin Vale', address: 'robin@sender.example' },
  to: { name: null, address: 'dana@customer.example' },
  subject: 'A question about Q1',
  unsubscribe: { url: 'https://t.sender.example/u/abc', mailto: 'leave+abc@sender.example' },
  salesosMessage: '0190f0b2.abc',
  text: 'Hi Dana,\n\nShort version.\n\nRobin',
  html: '<p>Hi Dana,</p>\n<p>Short version.</p>',
};
const write = (change: Partial<ComposeInput> = {}) => composeMail({ ...base, ...change });
const read = (raw: Buffer) => PostalMime.parse(raw);
const header = (mail: Awaited<ReturnType<typeof read>>, key: string) =>
  mail.headers.filter((line) => line.key === key).map((line) => line.value);
const lines = (text: string | undefined) => (text ?? '').replace(/\r\n|\r|\n/g, '\n').replace(/\n+$/, '');

function expectWellFormed(raw: Buffer) {
  const wire = raw.toString('latin1');
  expect(wire).not.toMatch(/[^\t\r\n\x20-\x7e]/);
  expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const all = wire.split('\r\n');
  expect(Math.max(...all.map((line) => line.length))).toBeLessThanOrEqual(998);
  const head = all.slice(0, all.indexOf(''));
  for (const line of head) {
    if (line.includes('=?UTF-8?')) {
      expect(line.length).toBeLessThanOrEqual(76);
      for (const word of line.match(/=\?UTF-8\?B\?[^?]*\?=/g) ?? []) expect(word.length).toBeLessThanOrEqual(75);
    }
    expect(line.trim()).not.toBe('');
  }
}

function blank(value: string) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return value.replace(/[\u0000-\u0020\u007f]+/g, ' ').trim();
}

test('a plain mail reads as written', () => {
  expect(
    write({ inReplyTo: '<a@mail.gmail.com>', references: ['<z@x.example>', '<a@mail.gmail.com>'] }).toString(),
  ).toBe(
    [
      'From: Robin Vale <robin@sender.example>',
      'To: dana@customer.example',
      'Subject: A question about Q1',
      'Date: Sat, 21 Nov 2026 09:05:07 +0000',
      'Message-ID: <0190f0b2-7c1e-7cc3-9b1e-0f7f9d7c1a11@sender.example>',
      'In-Reply-To: <a@mail.gmail.com>',
      'References: <z@x.example>',
      ' <a@mail.gmail.com>',
      'List-Unsubscribe: <https://t.sender.example/u/abc>,',
      ' <mailto:leave+abc@sender.example>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'X-SalesOS-Message: 0190f0b2.abc',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative;',
      ' boundary="=_BOUNDARY"',
      '',
      '--=_BOUNDARY',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Hi Dana,',
      '',
      'Short version.',
      '',
      'Robin',
      '--=_BOUNDARY',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      '<p>Hi Dana,</p>',
      '<p>Short version.</p>',
      '--=_BOUNDARY--',
      '',
    ]
      .join('\r\n')
      .replaceAll('=_BOUNDARY', /boundary="([^"]+)"/.exec(write().toString())![1]!),
  );
});

const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });
const anyBody = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 2_000 }),
  fc
    .array(fc.constantFrom('a', ' ', '\t', '=', '.', '\n', '\r\n', 'é', '🙂', 'From ', '--=_', 'x'.repeat(90)), {
      maxLength: 200,
    })
    .map((parts) => parts.join('')),
);

test('a reader gets the same from our bytes as from the reference composer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        subject: anyText,
        fromName: anyText,
        toName: fc.option(anyText),
        text: anyBody,
        html: anyBody,
        local: fc.stringMatching(/^[a-z]{1,30}$/),
      }),
      async ({ subject, fromName, toName, text, html, local }) => {
        const mail: ComposeInput = {
          ...base,
          subject,
          from: { name: fromName.slice(0, 100), address: `${local}@bücher.example` },
          to: { name: toName, address: 'dana@customer.example' },
          text: text.toWellFormed(),
          html: html.toWellFormed(),
        };
        const raw = composeMail(mail);
        expectWellFormed(raw);
        const ours = await read(raw);
        const oracle = await new MailComposer({
          from: { name: blank(mail.from.name!), address: mail.from.address },
          to: { name: blank(mail.to.name ?? ''), address: mail.to.address },
          subject: blank(subject),
          messageId: mail.messageId,
          date: mail.date,
          text: `${mail.text}\n`,
          html: `${mail.html}\n`,
          newline: 'windows',
        })
          .compile()
          .build();
        const theirs = await read(oracle);
        expect(ours.subject ?? '').toBe(theirs.subject ?? '');
        expect(ours.messageId).toBe(theirs.messageId);
        expect(ours.date).toBe(theirs.date);
        expect(lines(ours.html)).toBe(lines(theirs.html));
        expect(lines(ours.text)).toBe(lines(theirs.text));
        expect(lines(ours.text)).toBe(lines(mail.text));
        expect(ours.from?.name).toBe(blank(mail.from.name!));
        expect(ours.from?.address).toBe(theirs.from?.address);
        expect(ours.to?.[0]?.name).toBe(blank(mail.to.name ?? ''));
        expect(ours.to?.[0]?.address).toBe('dana@customer.example');
      },
    ),
    { numRuns: 300 },
  );
});

describe('headers', () => {
  test.each([
    ['🙂'.repeat(200)],
    ['Ünïcödé und ein sehr langer Betreff '.repeat(10).trim()],
    ['plain words '.repeat(60).trim()],
    ['x'.repeat(900)],
    ['=?UTF-8?B?aGFjaw==?='],
    ['👩‍👩‍👧‍👦 family'],
  ])('the subject %j survives', async (subject) => {
    const raw = write({ subject });
    expectWellFormed(raw);
    expect((await read(raw)).subject).toBe(subject);
  });

  test('a line break in the subject or a name cannot start a header', async () => {
    const mail = await read(
      write({
        subject: 'Hi\r\nBcc: all@example.com\r\n\r\n<script>',
        from: { name: 'R\nBcc: x@y.z', address: 'r@sender.example' },
      }),
    );
    expect(mail.subject).toBe('Hi Bcc: all@example.com <script>');
    expect(mail.from?.name).toBe('R Bcc: x@y.z');
    expect(header(mail, 'bcc')).toEqual([]);
  });

  test.each<[string, Partial<ComposeInput>]>([
    ['To', { to: { name: null, address: 'dana@customer.example\r\nBcc: x@y.example' } }],
    ['To', { to: { name: null, address: 'nobody' } }],
    ['From', { from: { name: 'x'.repeat(300), address: 'robin@sender.example' } }],
    ['Reply-To', { replyTo: { name: null, address: 'a@b.example, c@d.example' } }],
    ['messageId', { messageId: 'no-brackets@sender.example' }],
    ['messageId', { messageId: '<a@b.example>\r\nBcc: x@y.example' }],
    ['salesosMessage', { salesosMessage: 'a b' }],
    ['unsubscribe.url', { unsubscribe: { url: 'javascript:alert(1)' } }],
    ['unsubscribe.url', { unsubscribe: { url: 'https://x.example/>\r\nBcc: a@b.example' } }],
    ['unsubscribe.mailto', { unsubscribe: { url: 'https://x.example/u', mailto: 'nope' } }],
    ['subject', { subject: 'x'.repeat(5_000) }],
    ['date', { date: new Date(Number.NaN) }],
    ['html', { html: 'x'.repeat(6_000_000) }],
  ])('a bad %s is refused with its name', (field, change) => {
    expect(() => write(change)).toThrow(InvalidMail);
    expect(() => write(change)).toThrow(new RegExp(`^${field}: `));
  });

  test('foreign ids that are malformed are left out, a long thread keeps its first and newest', () => {
    const raw = write({
      inReplyTo: '<a b@c>\r\nBcc: x@y.example',
      references: [
        '<first@x.example>',
        'rubbish',
        '<evil@x>\r\nBcc: a@b',
        ...Array.from({ length: 50 }, (_, i) => `<r${i}@x.example>`),
      ],
    }).toString();
    expect(raw).not.toMatch(/In-Reply-To|Bcc|rubbish/);
    expect(raw.match(/<first@x.example>|<r\d+@x.example>/g)).toEqual([
      '<first@x.example>',
      ...Array.from({ length: 19 }, (_, i) => `<r${i + 31}@x.example>`),
    ]);
  });

  test('one List-Unsubscribe header holds both ways out', async () => {
    const mail = await read(write());
    expect(header(mail, 'list-unsubscribe')).toEqual([
      '<https://t.sender.example/u/abc>, <mailto:leave+abc@sender.example>',
    ]);
    expect(header(await read(write({ unsubscribe: null })), 'list-unsubscribe-post')).toEqual([]);
  });
});

describe('bodies', () => {
  test('a body of one megabyte on one line is sent whole', async () => {
    const html = `<p>${'wide ü '.repeat(150_000)}</p>`;
    const raw = write({ html, text: 'x'.repeat(1_000_000) });
    expectWellFormed(raw);
    const mail = await read(raw);
    expect(lines(mail.html)).toBe(html);
    expect(mail.text?.trimEnd().length).toBe(1_000_000);
  });

  test('a body that contains the boundary does not break out of its part', async () => {
    const boundary = /boundary="([^"]+)"/.exec(write().toString())![1]!;
    const text = `before\r\n--${boundary}--\r\nafter`;
    expect(lines((await read(write({ text }))).text)).toBe(lines(text));
  });

  test('the encoding follows the content', () => {
    const encodings = (text: string) =>
      write({ text })
        .toString()
        .match(/Encoding: (\S+)/)![1];
    expect(encodings('plain')).toBe('7bit');
    expect(encodings('x'.repeat(999))).toBe('quoted-printable');
    expect(encodings('From here on')).toBe('quoted-printable');
    expect(encodings('Grüße aus dem schönen Hamburg, und bis zum nächsten Mal')).toBe('quoted-printable');
    expect(encodings('こんにちは世界')).toBe('base64');
  });

  test('the same mail gives the same bytes', () => {
    expect(write().equals(write())).toBe(true);
  });
});
