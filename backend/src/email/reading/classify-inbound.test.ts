import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyInbound } from './classify-inbound.ts';
import * as fixtures from './inbound-fixtures.ts';
import { matchReply } from './match-reply.ts';
import { wantsOptOut } from './opt-out.ts';
import { parseMail } from './parse-mail.ts';
import { replyText } from './reply-text.ts';

const receivedAt = new Date('2026-11-23T18:00:00Z');
const own = { addresses: new Set(['robin@sender.example']) };
async function classify(raw: Buffer) {
  const parsed = await parseMail(raw);
  if ('unreadable' in parsed) throw new Error(parsed.unreadable);
  return classifyInbound(parsed.mail, own, receivedAt);
}
const { mailText } = fixtures;

test.each([
  ['postfixBounce', 'bounce'],
  ['gmailBounce', 'bounce'],
  ['exchangeBounce', 'bounce'],
  ['delayNotice', 'bounce'],
  ['twoRecipients', 'bounce'],
  ['eximBounce', 'bounce'],
  ['qmailBounce', 'bounce'],
  ['deliveredNotice', 'unrelated'],
  ['complaint', 'complaint'],
  ['outOfOffice', 'auto_reply'],
  ['calendarAnswer', 'calendar'],
  ['gmailReply', 'human_reply'],
  ['iphoneReply', 'human_reply'],
  ['outlookReply', 'human_reply'],
  ['germanReply', 'human_reply'],
  ['htmlReply', 'human_reply'],
] as const)('%s is a %s', async (name, kind) => {
  expect((await classify(fixtures.everyFixture[name])).kind).toBe(kind);
});

describe('bounces', () => {
  test('Postfix: the mailbox does not exist', async () => {
    expect((await classify(fixtures.postfixBounce)).bounces).toEqual([
      {
        recipient: 'dana@customer.example',
        class: 'hard',
        status: '5.1.1',
        diagnostic: '550 5.1.1 <dana@customer.example>: Recipient address rejected: User unknown',
        originalMessageIds: ['<own-1@sender.example>'],
        delayed: false,
        salesosMessage: 'token-1',
      },
    ]);
  });

  test('Gmail: both ids of the mail that came back are found', async () => {
    expect((await classify(fixtures.gmailBounce)).bounces).toMatchObject([
      {
        recipient: 'dana@customer.example',
        class: 'hard',
        status: '5.1.2',
        originalMessageIds: ['<own-1@sender.example>', '<wire-1@mail.gmail.com>'],
      },
    ]);
  });

  test('Exchange: the code in the diagnostic beats an empty one; a policy refusal is not the fault of the address', async () => {
    expect((await classify(fixtures.exchangeBounce)).bounces).toMatchObject([{ class: 'policy', status: '5.7.1' }]);
  });

  test('a delay is soft', async () => {
    expect((await classify(fixtures.delayNotice)).bounces).toMatchObject([{ class: 'soft', status: '4.4.1' }]);
  });

  test('each recipient keeps its own verdict', async () => {
    expect((await classify(fixtures.twoRecipients)).bounces).toMatchObject([
      { recipient: 'a@customer.example', class: 'soft', status: '5.2.2' },
      { recipient: 'b@customer.example', class: 'hard', status: '5.0.0' },
    ]);
  });

  test('without a status part the text is read', async () => {
    expect((await classify(fixtures.eximBounce)).bounces).toMatchObject([
      { recipient: 'dana@customer.example', class: 'hard', status: '5.1.1' },
    ]);
    expect((await classify(fixtures.qmailBounce)).bounces).toMatchObject([
      { recipient: 'dana@customer.example', class: 'hard', status: null },
    ]);
  });

  test.each([
    ['5.1.0', 'hard'],
    ['5.1.3', 'hard'],
    ['5.1.6', 'hard'],
    ['5.1.10', 'hard'],
    ['5.2.1', 'hard'],
    ['5.4.4', 'hard'],
    ['5.2.2', 'soft'],
    ['5.2.3', 'soft'],
    ['5.3.4', 'soft'],
    ['4.2.1', 'soft'],
    ['5.5.0', 'soft'],
    ['5.7.1', 'policy'],
    ['5.7.515', 'policy'],
    ['5.4.1', 'policy'],
    ['5.1.8', 'policy'],
  ])('status %s is %s', async (status, expected) => {
    const told = fixtures.postfixBounce
      .toString()
      .replaceAll('550 5.1.1', `550 ${status}`)
      .replaceAll('User unknown', 'no');
    const raw = Buffer.from(told.replace('Status: 5.1.1', `Status: ${status}`));
    expect((await classify(raw)).bounces[0]?.class).toBe(expected);
  });

  test('a person who forwards a bounce is a person', async () => {
    expect(
      (await classify(mailText({ Subject: 'FW: Undeliverable: A question' }, '550 5.1.1 no such user x@y.example')))
        .kind,
    ).toBe('human_reply');
    expect(
      (await classify(mailText({ Subject: 'Undeliverable: A question' }, '550 5.1.1 no such user x@y.example'))).kind,
    ).toBe('human_reply');
  });
});

describe('automatic answers', () => {
  test.each([
    'Out of Office: Re: A question',
    'Out of the office',
    'Automatic reply: x',
    'Auto-Reply: x',
    'Abwesenheitsnotiz: x',
    'Automatische Antwort: x',
    'Réponse automatique : x',
    'Absence du bureau',
    'Respuesta automática: x',
    'Fuera de la oficina',
    'Risposta automatica: x',
    'Fuori sede',
    'Resposta automática: x',
    'Automatisch antwoord: x',
    'Afwezig',
    'Automatiskt svar: x',
    'Autosvar: x',
    'Automatyczna odpowiedź: x',
    'Otomatik yanıt',
    '自動応答',
    '自動返信',
    '自动回复',
    '부재중',
  ])('subject %j', async (subject) => {
    expect(
      (await classify(mailText({ Subject: `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=` }, 'x'))).kind,
    ).toBe('auto_reply');
  });

  test.each([
    [{ 'Auto-Submitted': 'auto-replied (vacation)' }],
    [{ 'X-Autoreply': 'yes' }],
    [{ 'X-Autorespond': 'x' }],
    [{ 'X-Autoresponder': 'x' }],
    [{ Precedence: 'auto_reply' }],
  ])('header %j', async (headers) => {
    expect((await classify(mailText(headers as unknown as Record<string, string>, 'x'))).kind).toBe('auto_reply');
  });

  test.each([
    [{ 'Auto-Submitted': 'no' }],
    [{ 'X-Auto-Response-Suppress': 'All' }],
    [{ Precedence: 'bulk' }],
    [{ Subject: 'Re: Automatic reply: x' }],
    [{ From: 'noreply@customer.example' }],
    [{ 'List-Id': '<l.example>', 'In-Reply-To': '<a@b>' }],
  ])('%j alone does not make a person a machine', async (headers) => {
    expect((await classify(mailText(headers as unknown as Record<string, string>, 'x'))).kind).toBe('human_reply');
  });

  test('the day of return is read', async () => {
    expect((await classify(fixtures.outOfOffice)).returnsOn).toBe('2026-12-07');
  });
});

test('our own mail is recognised first, whatever else it looks like', async () => {
  expect(
    (await classify(mailText({ From: 'Robin <Robin@Sender.example>', 'Auto-Submitted': 'auto-replied' }, 'x'))).kind,
  ).toBe('own_copy');
});

test('a newsletter that answers nothing is unrelated, a reply sent by a mailing tool is not', async () => {
  expect((await classify(mailText({ 'List-Unsubscribe': '<https://x.example>' }, 'x'))).kind).toBe('human_reply');
  expect((await classify(mailText({ 'List-Id': '<news.example>', Subject: 'News' }, 'x'))).kind).toBe('unrelated');
});

describe('nothing breaks it', () => {
  async function readAll(raw: Buffer) {
    const parsed = await parseMail(raw);
    if ('unreadable' in parsed) return;
    const verdict = classifyInbound(parsed.mail, own, receivedAt);
    const text = replyText(parsed.mail);
    expect(text.length).toBeLessThanOrEqual(20_000);
    wantsOptOut(text);
    matchReply(parsed.mail, { providerThreadId: null, receivedAt }, []);
    JSON.stringify(verdict);
  }

  test('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), (bytes) => readAll(Buffer.from(bytes))),
      { numRuns: 300 },
    );
  });

  test('damaged mails', async () => {
    const change = fc.record({
      name: fc.constantFrom(...(Object.keys(fixtures.everyFixture) as (keyof typeof fixtures.everyFixture)[])),
      edits: fc.array(
        fc.record({
          at: fc.nat(4_000),
          remove: fc.nat(60),
          insert: fc.oneof(
            fc.string(),
            fc.constantFrom('\r\n\r\n', '--cut', '=?UTF-8?B?', '>', '<', '"', ';', ':', '\0', '\u0004'),
          ),
        }),
        { maxLength: 5 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ name, edits }) => {
        let text = fixtures.everyFixture[name].toString('latin1');
        for (const { at, remove, insert } of edits)
          text = text.slice(0, at % text.length) + insert + text.slice((at % text.length) + remove);
        await readAll(Buffer.from(text, 'latin1'));
      }),
      { numRuns: 1_000 },
    );
  });

  const big = 300_000;
  test.each<[string, Buffer]>([
    ['empty lines', mailText({}, '\n'.repeat(20_000))],
    ['blanks', mailText({}, ' '.repeat(big))],
    ['quote marks', mailText({}, '> '.repeat(big))],
    ['quoted lines', mailText({}, '>\n'.repeat(big))],
    ['On, never wrote', mailText({}, 'On 1 '.repeat(big / 5))],
    ['On on each line', mailText({}, 'On Mon 1\n'.repeat(big / 9))],
    [
      'addresses in a bounce',
      mailText({ From: 'mailer-daemon@x.example', Subject: 'failure notice' }, 'a.'.repeat(big) + '@'.repeat(1_000)),
    ],
    [
      'codes in a bounce',
      mailText({ From: 'mailer-daemon@x.example', Subject: 'failure notice' }, '550 '.repeat(big / 4)),
    ],
    [
      'dates in an absence note',
      mailText({ 'Auto-Submitted': 'auto-replied' }, 'until until back on 1/2 '.repeat(big / 24)),
    ],
    ['tags', mailText({ 'Content-Type': 'text/html' }, '<div class="gmail_quote'.repeat(10_000))],
    ['nested tags', mailText({ 'Content-Type': 'text/html' }, '<div>'.repeat(60_000) + '</div>'.repeat(60_000))],
    ['mustaches', mailText({ 'Content-Type': 'text/html' }, '{{x}}\u0004'.repeat(40_000))],
    ['references', mailText({ References: '<a@b> '.repeat(30_000) }, 'x')],
    ['recipients', mailText({ To: 'a@b.example, '.repeat(15_000) }, 'x')],
    [
      'parts',
      mailText({ 'Content-Type': 'multipart/mixed; boundary=c' }, '--c\nContent-Type: text/plain\n\nx\n'.repeat(5_000)),
    ],
    ['headers', mailText({ 'X-Long': 'x'.repeat(600_000) }, 'x')],
    ['a large mail', mailText({}, 'hello there\n'.repeat(1_000_000))],
    [
      'status blocks',
      Buffer.from(
        fixtures.postfixBounce.toString().replace('\r\n\r\nFinal', `${'\r\n\r\nx: y'.repeat(50_000)}\r\n\r\nFinal`),
      ),
    ],
  ])('%s, many of them, take no more than linear time', async (_name, raw) => {
    const before = performance.now();
    await readAll(raw);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('a mail whose parts cannot be read is still somebody’s reply', async () => {
    const parsed = await parseMail(mailText({ 'X-Long': 'x'.repeat(600_000), 'In-Reply-To': '<a@b>' }, 'x'));
    expect(parsed).toMatchObject({ mail: { from: { address: 'dana@customer.example' }, damage: expect.any(String) } });
    expect(await parseMail(Buffer.alloc(0))).toMatchObject({ unreadable: expect.any(String) });
  });
});
