import { describe, expect, test } from 'vitest';
import { repAddress } from '../../email/mailbox.harness.ts';
import { outlookForEachTest } from './outlook.harness.ts';

const outlook = outlookForEachTest();
const { listNew } = outlook;

describe('arriving mail', () => {
  const mail = (subject: string) => Buffer.from(`From: ada@contoso.example\r\nSubject: ${subject}\r\n\r\nx`);

  test.each(['archive', 'deleteditems'] as const)('that a rule files in %s at once is seen, once', async (folder) => {
    const { cursor } = await listNew(null);
    outlook.clock.advance(30);
    const { id } = outlook.fake.deliver(repAddress, mail('reply'));
    outlook.fake.moveMessage(repAddress, id, folder);
    const page = await listNew(cursor);
    expect(page.mails).toMatchObject([{ providerMessageId: id, folder: 'other' }]);
    outlook.clock.advance(120);
    const next = await listNew(page.cursor);
    expect(next.mails).toEqual([]);
    outlook.clock.advance(3600);
    expect((await listNew(next.cursor)).mails).toEqual([]);
  });

  test('that was filed elsewhere is found by a resync too, and old mail there is left alone', async () => {
    outlook.fake.moveMessage(repAddress, outlook.fake.deliver(repAddress, mail('old')).id, 'archive');
    const { cursor } = await listNew(null);
    outlook.clock.advance(3600);
    const { id } = outlook.fake.deliver(repAddress, mail('reply'));
    outlook.fake.moveMessage(repAddress, id, 'archive');
    outlook.fake.forgetDelta(repAddress);
    const page = await listNew(cursor, outlook.clock.now());
    expect(page).toMatchObject({ resynced: true, mails: [{ providerMessageId: id, folder: 'other' }] });
  });

  test.each([410, 404] as const)('after a lost place (%i) is listed again', async (status) => {
    outlook.fake.settings.lostStateStatus = status;
    const { cursor } = await listNew(null);
    outlook.fake.deliver(repAddress, mail('a'));
    outlook.fake.forgetDelta(repAddress);
    expect(await listNew(cursor)).toMatchObject({ resynced: true, mails: [{ folder: 'inbox' }] });
  });

  test('that Outlook tells again is handed over again, without harm', async () => {
    outlook.fake.settings.deltaReplays = 2;
    const { cursor } = await listNew(null);
    const { id } = outlook.fake.deliver(repAddress, mail('a'));
    const page = await listNew(cursor);
    expect(page.mails.map((one) => one.providerMessageId)).toEqual([id]);
    expect((await listNew(page.cursor)).mails.map((one) => one.providerMessageId)).toEqual([id]);
  });

  test('of great size is read a few at a time, without a gap', async () => {
    const { cursor } = await listNew(null);
    const raws = Array.from({ length: 12 }, (_, n) => Buffer.concat([mail(`${n}`), Buffer.alloc(4_000_000, 'x')]));
    for (const raw of raws) {
      outlook.clock.advance(1);
      outlook.fake.deliver(repAddress, raw);
    }
    const sizes: number[] = [];
    let place = cursor;
    for (let hasMore = true; hasMore; ) {
      const page = await listNew(place);
      ({ hasMore, cursor: place } = page);
      sizes.push(page.mails.length);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(12);
    expect(Math.max(...sizes)).toBeLessThan(12);
  });

  test('a link that leads elsewhere is not followed', async () => {
    const { cursor } = await listNew(null);
    const body = JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/me/messages' });
    outlook.fake.faults.next({ kind: 'status', status: 200, body, match: ({ path }) => path.endsWith('/delta') });
    await expect(listNew(cursor)).rejects.toMatchObject({ code: 'outlook_unavailable' });
  });
});
