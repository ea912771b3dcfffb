import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incoming, type MailboxHarness, outgoing } from './mailbox.harness.ts';
import { MailboxDisconnected, type NewMail, type OutgoingMail } from './mailbox.ts';

/** The behaviour every mailbox vendor must show. A new vendor is finished when it passes. */
export function mailboxContract(name: string, createHarness: () => Promise<MailboxHarness>): void {
  describe(`${name} as a mailbox`, () => {
    let box: MailboxHarness;
    beforeEach(async () => {
      box = await createHarness();
    });
    afterEach(() => box.close());

    const send = (mail: OutgoingMail) => box.vendor.send(box.account, mail);
    const sendSurely = async (mail: OutgoingMail) => {
      const result = await send(mail);
      if (result.outcome !== 'sent') throw new Error(`not sent: ${JSON.stringify(result)}`);
      return result;
    };
    const listNew = (cursor: string | null, from = new Date(0)) => box.vendor.listNew(box.account, cursor, from);
    const find = (mail: OutgoingMail) =>
      box.vendor.findSent(box.account, {
        messageIdHeader: mail.messageIdHeader,
        to: mail.to,
        sentAfter: new Date(start),
        sentBefore: new Date(start + 60_000),
      });
    let start = 0;
    beforeEach(() => {
      start = box.clock.now().getTime();
    });

    /** Reads until there is no more. */
    async function readAll(cursor: string, from?: Date): Promise<NewMail> {
      const all = await listNew(cursor, from);
      while (all.hasMore) {
        const next = await listNew(all.cursor, from);
        Object.assign(all, { cursor: next.cursor, hasMore: next.hasMore });
        all.mails.push(...next.mails);
        all.unreadable.push(...next.unreadable);
      }
      return all;
    }

    describe('sending', () => {
      test('a mail is sent once, and the recipient gets our headers and body', async () => {
        const mail = outgoing();
        await sendSurely(mail);
        expect(box.sent().map((sent) => sent.ownMessageId)).toEqual([mail.messageIdHeader]);
        const [received] = box.inboxOf(mail.to);
        expect(received?.toString()).toContain('Subject: A question about Contoso\r\n');
        expect(received?.toString()).toContain(`X-SalesOS-Message: ${mail.messageIdHeader}\r\n`);
        expect(received?.toString().endsWith('\r\n\r\nHello Ada,\r\n\r\nshall we talk?\r\n')).toBe(true);
      });

      test('the Message-ID on the wire is read back', async () => {
        const mail = outgoing();
        const { providerMessageId, providerThreadId } = await sendSurely(mail);
        const sent = await box.vendor.readSent(box.account, providerMessageId);
        expect(sent).toEqual({ providerMessageId, providerThreadId, wireMessageId: box.sent()[0]?.wireMessageId });
        expect(sent?.wireMessageId === mail.messageIdHeader).toBe(box.keepsMessageId);
      });

      test('reading back a mail that is not there gives null', async () => {
        expect(await box.vendor.readSent(box.account, 'ffffffffffffffff')).toBeNull();
      });

      test('a follow-up continues the thread', async () => {
        const first = await sendSurely(outgoing());
        const wireMessageId = box.sent()[0]?.wireMessageId ?? '';
        const second = await sendSurely(
          outgoing({
            id: 2,
            subject: 'Re: A question about Contoso',
            replyTo: wireMessageId,
            thread: first.providerThreadId,
          }),
        );
        expect(second.providerThreadId).toBe(first.providerThreadId);
      });

      test('a follow-up in a thread the rep deleted is sent all the same, once', async () => {
        await sendSurely(outgoing({ thread: '00000000000000aa', replyTo: '<gone@mail.example>' }));
        expect(box.sent()).toHaveLength(1);
      });

      test('a blind copy is the same mail, once, and nothing that the recipient gets names it', async () => {
        const mail = outgoing({ copyTo: 'northwind-1a2b+person7@copies.example' });
        const { providerMessageId } = await sendSurely(mail);
        expect(box.sent().map((sent) => sent.ownMessageId)).toEqual([mail.messageIdHeader]);
        const received = box.inboxOf(mail.to);
        expect(received).toHaveLength(1);
        expect(received[0]?.toString()).not.toMatch(/bcc|copies\.example/i);
        expect(box.inboxOf('northwind-1a2b+person7@copies.example')).toEqual(received);
        expect(await find(mail)).toMatchObject({ outcome: 'found', mail: { providerMessageId } });
        const { wireMessageId } = box.sent()[0]!;
        expect(await box.vendor.readSent(box.account, providerMessageId)).toMatchObject({ wireMessageId });
      });

      test('a mail with a blind copy whose answer was lost is found, and neither went twice', async () => {
        const mail = outgoing({ copyTo: 'copy@copies.example' });
        box.trouble({ on: 'send', kind: 'answer lost' });
        expect(await send(mail)).toMatchObject({ outcome: 'unknown' });
        expect(await find(mail)).toMatchObject({ outcome: 'found' });
        expect([mail.to, 'copy@copies.example'].map((address) => box.inboxOf(address).length)).toEqual([1, 1]);
      });

      test('bytes of a hostile mail reach the recipient unchanged', async () => {
        const body = Buffer.from([0xff, 0x00, 0xe4, 0x2e, 0x0d, 0x0a, 0x2e, 0x0d, 0x0a]);
        await sendSurely(outgoing({ body }));
        expect(box.inboxOf('ada@contoso.example')[0]?.subarray(-body.length)).toEqual(body);
      });

      test('a mail without a usable recipient is rejected for good', async () => {
        const result = await send(outgoing({ to: 'nobody at all' }));
        expect(result).toMatchObject({ outcome: 'rejected', code: expect.any(String), reason: expect.any(String) });
        expect(box.sent()).toEqual([]);
      });

      test.each([
        ['in seconds', 'rate limit in seconds', 120],
        ['as a moment', 'rate limit until', 600],
      ] as const)('a rate limit given %s defers, and nothing was sent', async (_, kind, seconds) => {
        const waitUntil = new Date(start + seconds * 1000);
        box.trouble({ on: 'send', kind, waitUntil });
        expect(await send(outgoing())).toMatchObject({ outcome: 'deferred', retryAfterSeconds: seconds });
        expect(box.sent()).toEqual([]);
      });

      test.each(['answer lost', 'answer never comes', 'answer cut short'] as const)(
        'accepted, but the %s: unknown, and only one was sent',
        async (kind) => {
          box.trouble({ on: 'send', kind });
          expect(await send(outgoing())).toMatchObject({ outcome: 'unknown', reason: expect.any(String) });
          expect(box.sent()).toHaveLength(1);
        },
      );

      test("a provider's error page leaves the outcome unknown", async () => {
        box.trouble({ on: 'send', kind: 'error page' });
        expect(await send(outgoing())).toMatchObject({ outcome: 'unknown' });
      });

      test('a slow answer is waited for', async () => {
        box.trouble({ on: 'send', kind: 'answer slow' });
        expect(await send(outgoing())).toMatchObject({ outcome: 'sent' });
      });

      test('a provider that cannot be reached defers', async () => {
        await box.goDown();
        const result = await send(outgoing());
        expect(result).toMatchObject({ outcome: 'deferred', retryAfterSeconds: expect.any(Number) });
      });
    });

    describe('finding a mail after a lost answer', () => {
      test('it is found with its identity on the wire', async () => {
        const mail = outgoing();
        box.trouble({ on: 'send', kind: 'answer lost' });
        await send(mail);
        const search = await find(mail);
        const { wireMessageId, providerThreadId } = box.sent()[0] ?? {};
        expect(search).toMatchObject({ outcome: 'found', mail: { wireMessageId, providerThreadId } });
      });

      test('it is told from other mails to the same person', async () => {
        for (const id of [3, 4, 5, 6, 7, 8]) await sendSurely(outgoing({ id }));
        const mail = outgoing({ id: 9 });
        const { providerMessageId } = await sendSurely(mail);
        await sendSurely(outgoing({ id: 10 }));
        expect(await find(mail)).toMatchObject({ outcome: 'found', mail: { providerMessageId } });
        expect(await find(outgoing({ id: 11 }))).not.toMatchObject({ outcome: 'found' });
      });

      test('while the index lags a miss proves nothing; the mail appears later', async () => {
        box.setSearchLag(90);
        const mail = outgoing();
        box.trouble({ on: 'send', kind: 'answer lost' });
        await send(mail);
        expect(await find(mail)).toMatchObject({ outcome: 'unclear', reason: expect.any(String) });
        box.clock.advance(91);
        expect(await find(mail)).toMatchObject({ outcome: 'found' });
      });

      test('it is found even in the trash', async () => {
        const mail = outgoing();
        const { providerMessageId } = await sendSurely(mail);
        box.trash(providerMessageId);
        expect(await find(mail)).toMatchObject({ outcome: 'found', mail: { providerMessageId } });
      });

      test('it is called absent only when the index can be trusted', async () => {
        box.clock.set(new Date(start + 60_000 + (box.searchTrustedAfterSeconds - 1) * 1000));
        expect(await find(outgoing())).toMatchObject({ outcome: 'unclear' });
        box.clock.advance(1);
        expect(await find(outgoing())).toEqual({ outcome: 'absent' });
      });

      test('a search that fails is never "absent"', async () => {
        box.clock.advance(box.searchTrustedAfterSeconds * 2);
        for (const kind of ['error page', 'answer cut short', 'answer never comes'] as const) {
          box.trouble({ on: 'read', kind });
          const search = await find(outgoing()).catch((error: unknown) => error);
          expect(search).not.toEqual({ outcome: 'absent' });
        }
      });
    });

    describe('the grant', () => {
      test('a withdrawn grant is told apart from a failure, everywhere', async () => {
        const { cursor } = await listNew(null);
        box.revokeGrant();
        expect(await send(outgoing())).toMatchObject({ outcome: 'disconnected' });
        expect(box.sent()).toEqual([]);
        await expect(box.vendor.profile(box.account)).rejects.toThrow(MailboxDisconnected);
        await expect(listNew(cursor)).rejects.toThrow(MailboxDisconnected);
        await expect(find(outgoing())).rejects.toThrow(MailboxDisconnected);
        if (box.watchSeconds) await expect(box.vendor.watch(box.account)).rejects.toThrow(MailboxDisconnected);
      });

      test('an access token that died early is renewed unseen', async () => {
        box.killAccessTokens();
        expect(await send(outgoing())).toMatchObject({ outcome: 'sent' });
        expect(box.sent()).toHaveLength(1);
        box.killAccessTokens();
        expect((await box.vendor.profile(box.account)).address).toBe(box.account.address);
      });

      test('the profile names the mailbox', async () => {
        expect(await box.vendor.profile(box.account)).toEqual({
          address: box.account.address,
          displayName: 'Maya Chen',
        });
      });
    });

    describe('new mail', () => {
      test('starts at the present', async () => {
        box.deliver(incoming({ id: 'old' }));
        const first = await listNew(null);
        expect(first).toMatchObject({ mails: [], unreadable: [], hasMore: false, resynced: false });
        expect((await listNew(first.cursor)).mails).toEqual([]);
      });

      test('comes oldest first, with its bytes, thread and time', async () => {
        const { cursor } = await listNew(null);
        const raws = ['a', 'b', 'c'].map((id) => incoming({ id }));
        const delivered = raws.map((raw) => {
          box.clock.advance(5);
          return box.deliver(raw);
        });
        const { mails } = await readAll(cursor);
        expect(mails.map((mail) => mail.raw)).toEqual(raws);
        expect(mails.map((mail) => [mail.providerMessageId, mail.providerThreadId, mail.folder])).toEqual(
          delivered.map(({ id, threadId }) => [id, threadId, 'inbox']),
        );
        expect(mails.map((mail) => mail.receivedAt.getTime() - start)).toEqual([5000, 10_000, 15_000]);
      });

      test('is handed over again from an old cursor, and not from the new one', async () => {
        const { cursor } = await listNew(null);
        box.deliver(incoming({ id: 'a' }));
        const once = await readAll(cursor);
        const again = await readAll(cursor);
        expect(again.mails).toEqual(once.mails);
        expect((await readAll(once.cursor)).mails).toEqual([]);
      });

      test('of any number has no gap, even when calls fail in between', async () => {
        const { cursor } = await listNew(null);
        for (let id = 0; id < 230; id += 1) box.deliver(incoming({ id: `n${id}` }));
        let place = cursor;
        const seen: string[] = [];
        for (let round = 0; round < 20; round += 1) {
          if (round % 3 === 0) box.trouble({ on: 'read', kind: 'rate limit in seconds' });
          const page = await listNew(place).catch(() => null);
          box.clock.advance(61);
          if (!page) continue;
          seen.push(...page.mails.map((mail) => mail.raw.toString()));
          place = page.cursor;
          if (!page.hasMore) break;
        }
        expect(new Set(seen).size).toBe(230);
      });

      test('includes our own copies and spam, and says so', async () => {
        const { cursor } = await listNew(null);
        await sendSurely(outgoing());
        box.deliver(incoming({ id: 's' }), 'spam');
        const { mails } = await readAll(cursor);
        expect(mails.map((mail) => mail.folder)).toEqual(['sent', 'spam']);
      });

      test('after a lost place is listed again from the given time', async () => {
        box.deliver(incoming({ id: 'long ago' }));
        const { cursor } = await listNew(null);
        box.clock.advance(3600);
        const from = box.clock.now();
        box.setSearchLag(120);
        const raws = ['a', 'b'].map((id) => incoming({ id }));
        for (const raw of raws) {
          box.clock.advance(1);
          box.deliver(raw);
        }
        box.deliver(incoming({ id: 'c' }), 'spam');
        box.loseCursor();
        const found = await listNew(cursor, from);
        expect(found.resynced).toBe(true);
        expect(found.mails.map((mail) => mail.raw)).toEqual([...raws, incoming({ id: 'c' })]);
        const rest = await readAll(found.cursor, from);
        box.deliver(incoming({ id: 'd' }));
        const next = await readAll(rest.cursor, from);
        expect(next.mails.map((mail) => mail.raw)).toEqual([incoming({ id: 'd' })]);
      });

      test('a resync of many mails has no gap and keeps their order', async () => {
        const { cursor } = await listNew(null);
        const raws = Array.from({ length: 180 }, (_, id) => incoming({ id: `m${id}` }));
        for (const raw of raws) {
          box.clock.advance(2);
          box.deliver(raw);
        }
        box.loseCursor();
        let page = await listNew(cursor, new Date(start));
        const seen = [...page.mails];
        for (let calls = 0; page.hasMore && calls < 20; calls += 1) {
          box.clock.advance(61);
          page = await listNew(page.cursor, new Date(start));
          seen.push(...page.mails);
        }
        expect([...new Set(seen.map((mail) => mail.raw.toString()))]).toEqual(raws.map((raw) => raw.toString()));
      });

      test('a cursor that is not ours is a lost place, not an error', async () => {
        const from = new Date(start);
        box.deliver(incoming({ id: 'a' }));
        for (const odd of ['', '{}', 'null', '"x"', '{"historyId":"-1"}', '\u0000']) {
          const found = await listNew(odd, from);
          expect(found.resynced).toBe(true);
          expect(found.mails).toHaveLength(1);
        }
      });

      test('odd mails are handed over as they are', async () => {
        const { cursor } = await listNew(null);
        const raws = [
          Buffer.from('no header at all'),
          Buffer.from('\r\nonly a body'),
          Buffer.from([0x80, 0xff, 0x0d, 0x0a, 0x00]),
          Buffer.from('Subject: \xfc\xe4\r\nFrom: x\r\n\r\n\xff', 'latin1'),
          Buffer.concat([Buffer.from('Subject: big\r\n\r\n'), Buffer.alloc(3_000_000, 'x')]),
          Buffer.from(`X: ${'y'.repeat(200_000)}\r\n\r\n`),
        ];
        for (const raw of raws) box.deliver(raw);
        expect((await readAll(cursor)).mails.map((mail) => mail.raw)).toEqual(raws);
      });

      test('one mail that cannot be read does not hold up the others, is asked for again and given up in the end', async () => {
        const { cursor } = await listNew(null);
        box.deliver(incoming({ id: 'before' }));
        const poison = box.deliver(incoming({ id: 'poison' }));
        box.deliver(incoming({ id: 'after' }));
        box.refuseReading(poison.id, 1000);
        let page = await readAll(cursor);
        expect(page.mails.map((mail) => mail.raw)).toEqual([incoming({ id: 'before' }), incoming({ id: 'after' })]);
        const noted = { providerMessageId: poison.id, providerThreadId: poison.threadId };
        expect(page.unreadable).toMatchObject([{ ...noted, attempts: 1, givenUp: false }]);
        expect((await readAll(page.cursor)).unreadable).toMatchObject([{ ...noted, attempts: 1, givenUp: false }]);
        const attempts = new Set<number>();
        for (let hours = 0; hours < 100 && page.unreadable.every((mail) => !mail.givenUp); hours += 1) {
          box.clock.advance(3600);
          page = await readAll(page.cursor);
          for (const mail of page.unreadable) attempts.add(mail.attempts);
        }
        expect(page.unreadable).toMatchObject([{ ...noted, givenUp: true, reason: expect.any(String) }]);
        expect(box.clock.now().getTime() - start).toBeGreaterThan(12 * 3600_000);
        expect(Math.max(...attempts)).toBeLessThan(20);
        expect((await readAll(page.cursor)).unreadable).toEqual([]);
      });

      test('a mail that becomes readable again is handed over late', async () => {
        const { cursor } = await listNew(null);
        const late = box.deliver(incoming({ id: 'late' }));
        box.refuseReading(late.id, 1);
        const page = await readAll(cursor);
        expect(page.mails).toEqual([]);
        box.clock.advance(3600);
        const next = await readAll(page.cursor);
        expect(next).toMatchObject({ mails: [{ providerMessageId: late.id }], unreadable: [] });
      });

      test('a provider that hands out nothing is an outage: the place is kept', async () => {
        const { cursor } = await listNew(null);
        const ids = ['a', 'b', 'c'].map((id) => box.deliver(incoming({ id })).id);
        for (const id of ids) box.refuseReading(id, 1);
        await expect(listNew(cursor)).rejects.toThrow();
        expect((await readAll(cursor)).mails).toHaveLength(3);
      });

      test.each(['answer lost', 'answer never comes', 'answer cut short', 'error page'] as const)(
        'a list call whose %s is an error, not an empty list',
        async (kind) => {
          const { cursor } = await listNew(null);
          box.deliver(incoming({ id: 'a' }));
          box.trouble({ on: 'read', kind });
          await expect(listNew(cursor)).rejects.toThrow();
          expect((await readAll(cursor)).mails).toHaveLength(1);
        },
      );
    });

    test('a watch says when it ends', async () => {
      const watch = await box.vendor.watch(box.account);
      const expected = box.watchSeconds === null ? null : { expiresAt: new Date(start + box.watchSeconds * 1000) };
      expect(watch).toEqual(expected);
    });
  });
}
