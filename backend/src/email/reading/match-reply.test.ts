import { describe, expect, test } from 'vitest';
import { readBounces } from './bounce.ts';
import * as fixtures from './inbound-fixtures.ts';
import {
  matchBounce,
  matchReply,
  normaliseSubject,
  type ReplyCandidate,
  replyKeys,
  replySubject,
} from './match-reply.ts';
import { parseMail } from './parse-mail.ts';

const receivedAt = new Date('2026-11-23T18:00:00Z');
function candidate(change: Partial<ReplyCandidate> = {}): ReplyCandidate {
  return {
    messageId: '1',
    messageIdHeader: '<own-1@sender.example>',
    wireMessageId: '<wire-1@mail.gmail.com>',
    providerThreadId: 't1',
    tokens: ['token-1'],
    recipient: 'dana@customer.example',
    subject: 'A question about Q1',
    sentAt: new Date('2026-11-20T09:00:00Z'),
    ...change,
  };
}
const other = candidate({
  messageId: '2',
  messageIdHeader: '<own-2@sender.example>',
  wireMessageId: '<wire-2@mail.gmail.com>',
  providerThreadId: 't2',
  tokens: ['token-2'],
  recipient: 'bob@else.example',
  subject: 'Other',
});
const read = async (headers: Record<string, string>) => {
  const parsed = await parseMail(fixtures.mailText(headers, 'x'));
  if ('unreadable' in parsed) throw new Error(parsed.unreadable);
  return parsed.mail;
};
const match = async (
  headers: Record<string, string>,
  candidates: ReplyCandidate[] = [other, candidate()],
  providerThreadId: string | null = null,
) => matchReply(await read(headers), { providerThreadId, receivedAt }, candidates);
const unrelated = { Subject: 'Hello' };

describe('a reply', () => {
  test('is matched by the id on the wire or our own', async () => {
    expect(await match({ ...unrelated, 'In-Reply-To': '<wire-1@mail.gmail.com>' })).toEqual({
      messageId: '1',
      by: 'in_reply_to',
      confidence: 'high',
      fromOtherAddress: false,
    });
    expect(await match({ ...unrelated, 'In-Reply-To': '<own-1@sender.example>' })).toMatchObject({
      messageId: '1',
      by: 'in_reply_to',
    });
  });

  test('is matched by the newest reference that is ours', async () => {
    expect(
      await match({ ...unrelated, References: '<own-2@sender.example> <wire-1@mail.gmail.com> <unknown@x>' }),
    ).toMatchObject({ messageId: '1', by: 'references' });
  });

  test('from another address counts', async () => {
    expect(
      await match({ ...unrelated, From: 'assistant@customer.example', 'In-Reply-To': '<wire-1@mail.gmail.com>' }),
    ).toMatchObject({ messageId: '1', fromOtherAddress: true });
    expect(await match({ ...unrelated, From: 'dana@private.example' }, undefined, 't1')).toMatchObject({
      messageId: '1',
      by: 'thread',
      fromOtherAddress: true,
    });
  });

  test('is matched by its thread to the newest mail sent before it', async () => {
    const followUp = candidate({
      messageId: '3',
      messageIdHeader: '<own-3@x>',
      sentAt: new Date('2026-11-22T09:00:00Z'),
    });
    const later = candidate({ messageId: '4', messageIdHeader: '<own-4@x>', sentAt: new Date('2026-11-24T09:00:00Z') });
    expect(await match(unrelated, [candidate(), later, followUp], 't1')).toMatchObject({
      messageId: '3',
      by: 'thread',
    });
  });

  test('is matched also where the provider notes it as received a little before our mail, by its own clock', async () => {
    const fast = candidate({ sentAt: new Date('2026-11-23T18:04:00Z') });
    expect(await match(unrelated, [fast], 't1')).toMatchObject({ messageId: '1', by: 'thread' });
    const afterwards = candidate({ sentAt: new Date('2026-11-23T18:30:00Z') });
    expect(await match(unrelated, [afterwards], 't1')).toBeNull();
  });

  test.each([[{ To: 'Robin <robin+token-1@sender.example>' }], [{ 'Delivered-To': 'robin+TOKEN-1@sender.example' }]])(
    'is matched by the token in %j',
    async (headers) => {
      expect(await match({ ...unrelated, ...(headers as unknown as Record<string, string>) })).toMatchObject({
        messageId: '1',
        by: 'token',
      });
    },
  );

  test('is matched with low confidence by sender and subject within 60 days', async () => {
    expect(await match({ Subject: 'AW: Re:  a question about q1' })).toEqual({
      messageId: '1',
      by: 'sender_and_subject',
      confidence: 'low',
      fromOtherAddress: false,
    });
    expect(await match({}, [candidate({ sentAt: new Date('2026-09-20T09:00:00Z') })])).toBeNull();
    expect(await match({ From: 'eve@customer.example' })).toBeNull();
    expect(await match({ Subject: '' }, [candidate({ subject: '' })])).toBeNull();
  });

  test('that carries our mail, as a complaint does, is matched by it', async () => {
    const parsed = await parseMail(fixtures.complaint);
    const mail = 'mail' in parsed ? parsed.mail : null;
    expect(replyKeys(mail!).messageIds).toEqual(['<own-1@sender.example>']);
    expect(matchReply(mail!, { providerThreadId: null, receivedAt }, [other, candidate()])).toMatchObject({
      messageId: '1',
      by: 'returned_headers',
    });
  });

  test('to something else is not ours', async () => {
    expect(
      await match({ ...unrelated, 'In-Reply-To': '<x@y>', To: 'robin+nope@sender.example' }, undefined, 't9'),
    ).toBeNull();
  });
});

describe('a bounce', () => {
  const bounceOf = async (raw: Buffer) => {
    const parsed = await parseMail(raw);
    if ('unreadable' in parsed) throw new Error(parsed.unreadable);
    return readBounces(parsed.mail)[0]!;
  };
  const context = { providerThreadId: 't1', receivedAt };

  test('is matched by the returned headers', async () => {
    expect(
      matchBounce(await bounceOf(fixtures.postfixBounce), context, [other, candidate({ tokens: [] })]),
    ).toMatchObject({ messageId: '1', by: 'returned_headers', confidence: 'high' });
    expect(
      matchBounce(await bounceOf(fixtures.gmailBounce), context, [candidate({ messageIdHeader: '<z@z>', tokens: [] })]),
    ).toMatchObject({ messageId: '1' });
  });

  test('without returned headers is matched by thread and recipient', async () => {
    expect(matchBounce(await bounceOf(fixtures.eximBounce), context, [other, candidate()])).toMatchObject({
      messageId: '1',
      by: 'thread',
      confidence: 'high',
    });
  });

  test("for someone else's mail is ignored, even in our thread", async () => {
    expect(
      matchBounce(await bounceOf(fixtures.eximBounce), context, [candidate({ recipient: 'eve@customer.example' })]),
    ).toBeNull();
    expect(
      matchBounce(await bounceOf(fixtures.postfixBounce), { ...context, providerThreadId: null }, [other]),
    ).toBeNull();
  });

  test('of the blind copy of our mail is not the recipient’s, though it carries our mail and stands in our thread', async () => {
    const ofCopy = (raw: Buffer) =>
      Buffer.from(raw.toString('latin1').replaceAll('dana@customer.example', 'acme+person1@copies.example'), 'latin1');
    for (const raw of [fixtures.postfixBounce, fixtures.gmailBounce, fixtures.eximBounce])
      expect(matchBounce(await bounceOf(ofCopy(raw)), context, [candidate()])).toBeNull();
  });

  test('names the keys to look mails up by', async () => {
    const parsed = await parseMail(fixtures.postfixBounce);
    const mail = 'mail' in parsed ? parsed.mail : null;
    expect(replyKeys(mail!, readBounces(mail!))).toEqual({
      messageIds: ['<own-1@sender.example>'],
      tokens: ['token-1'],
      senders: ['mailer-daemon@mx.sender.example', 'dana@customer.example'],
    });
  });
});

test.each([
  ['Re: AW: Fwd:  Ein  Thema', 'ein thema'],
  ['RE[2]: x', 'x'],
  ['回复：你好', '你好'],
  ['Review: x', 'review: x'],
  ['re:re:re:', ''],
])('the subject %j is about %j', (subject, bare) => {
  expect(normaliseSubject(subject)).toBe(bare);
});

test('a follow-up carries one Re:', () => {
  expect([replySubject('Hi'), replySubject('Re: Hi'), replySubject('RE: Hi')]).toEqual(['Re: Hi', 'Re: Hi', 'RE: Hi']);
});
