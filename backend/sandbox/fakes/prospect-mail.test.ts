import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { composeHardBounce, composeOutOfOffice, composeReply, composeSoftBounce } from './prospect-mail.ts';
import { headerOf } from './rfc822.ts';

const at = new Date('2026-11-24T10:00:00Z');
const original = Buffer.from(
  [
    'From: "Chen, Maya" <maya@northwind.example>',
    'To: Ada <ada@contoso.example>',
    'Subject: A question',
    'References: <one@mail.example>',
    'Message-ID: <two@mail.example>',
    '',
    'Hello Ada',
    '',
  ].join('\r\n'),
);
const parse = (raw: Buffer) => PostalMime.parse(raw, { forceRfc822Attachments: true });

describe('a reply', () => {
  test('answers in the thread, to the rep, quoting the mail', async () => {
    const mail = await parse(composeReply({ original, at, text: 'Yes, call me.' }));
    expect(mail).toMatchObject({
      from: { address: 'ada@contoso.example' },
      to: [{ address: 'maya@northwind.example' }],
      subject: 'Re: A question',
      inReplyTo: '<two@mail.example>',
    });
    expect(mail.references?.replace(/\s+/g, ' ')).toBe('<one@mail.example> <two@mail.example>');
    expect(mail.text).toContain('Yes, call me.\n');
    expect(mail.text).toContain('> Hello Ada');
  });

  test('can come from a colleague', async () => {
    const raw = composeReply({ original, at, from: 'bob@contoso.example', fromName: 'Bob', text: 'I take over.' });
    expect((await parse(raw)).from).toEqual({ name: 'Bob', address: 'bob@contoso.example' });
  });

  test('to a reply keeps one mark and its own identity', () => {
    const first = composeReply({ original, at, text: 'One' });
    const second = composeReply({ original: first, at, text: 'Two' });
    expect(headerOf(second, 'Subject')).toBe('Re: A question');
    expect(headerOf(second, 'Message-ID')).not.toBe(headerOf(first, 'Message-ID'));
  });
});

test('an away message says when the person is back, and that it is automatic', async () => {
  const raw = composeOutOfOffice({ original, at, backOn: new Date('2026-12-07T00:00:00Z') });
  expect(headerOf(raw, 'Auto-Submitted')).toBe('auto-replied');
  expect((await parse(raw)).text).toContain('back on 7 December 2026');
});

test.each([
  ['hard', composeHardBounce, 'failed', '5.1.1'],
  ['soft', composeSoftBounce, 'failed', '4.2.2'],
])('a %s bounce is a delivery report about the mail', async (_, compose, action, status) => {
  const raw = compose({ original, at });
  expect(headerOf(raw, 'Return-Path')).toBe('<>');
  expect(headerOf(raw, 'X-Failed-Recipients')).toBe('ada@contoso.example');
  const mail = await parse(raw);
  const parts = mail.attachments.map(({ mimeType, content }) => [
    mimeType,
    Buffer.from(content as ArrayBuffer).toString(),
  ]);
  const report = parts.find(([mimeType]) => mimeType === 'message/delivery-status')?.[1];
  expect(report).toContain(`Action: ${action}`);
  expect(report).toContain(`Status: ${status}`);
  expect(report).toContain('Final-Recipient: rfc822; ada@contoso.example');
  expect(parts.find(([mimeType]) => mimeType === 'message/rfc822')?.[1]).toContain('Message-ID: <two@mail.example>');
});
