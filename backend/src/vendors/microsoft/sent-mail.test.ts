import { describe, expect, test } from 'vitest';
import { outgoing, repAddress } from '../../email/mailbox.harness.ts';
import { isSending, outlookForEachTest } from './outlook.harness.ts';

const outlook = outlookForEachTest();
const { find, send, sent } = outlook;

describe('the identity of a sent mail', () => {
  test.each([
    ['replaced on the wire', false, true],
    ['kept', true, true],
    ['replaced, and our mark lost', false, false],
  ] as const)('is found when Message-ID is %s', async (_, keeps, exposes) => {
    Object.assign(outlook.fake.settings, { keepsMessageId: keeps, copyKeepsProperties: exposes });
    const mail = outgoing();
    await send(outgoing({ id: 5 }));
    outlook.fake.faults.next({ kind: 'reset-after-accept', match: isSending });
    await send(mail);
    const wireMessageId = sent()[1]?.wireMessageId ?? '';
    expect(wireMessageId === mail.messageIdHeader).toBe(keeps);
    expect(await find(mail)).toMatchObject({ outcome: 'found', mail: { wireMessageId } });
    outlook.clock.advance(3600);
    expect(await find(outgoing({ id: 6 }))).toEqual({ outcome: 'absent' });
  });

  test('headers of ours that Exchange would drop from MIME arrive, the folded ones in one line', async () => {
    const mail = outgoing();
    const extra = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nX-Long: one\r\n two\r\n';
    await send({ ...mail, raw: Buffer.concat([Buffer.from(extra), mail.raw]) });
    const wire = sent()[0]?.wireRaw.toString() ?? '';
    expect(wire).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(wire).toContain('X-Long: one two\r\n');
    expect(wire).toContain(`X-SalesOS-Message: ${mail.messageIdHeader}\r\n`);
  });

  test('the id of the draft is that of the copy, which appears later', async () => {
    outlook.fake.settings.sentCopyLagSeconds = 20;
    const result = await send(outgoing());
    const id = result.outcome === 'sent' ? result.providerMessageId : '';
    expect(await outlook.mailbox.readSent(outlook.account, id)).toBeNull();
    outlook.clock.advance(20);
    expect(await outlook.mailbox.readSent(outlook.account, id)).toMatchObject({
      providerMessageId: id,
      wireMessageId: sent()[0]?.wireMessageId,
    });
  });

  test('ids are asked for in the form that survives a move, on every call', async () => {
    await send(outgoing());
    await find(outgoing());
    await outlook.mailbox.watch(outlook.account);
    const { cursor } = await outlook.listNew(null);
    const { id } = outlook.fake.deliver(repAddress, Buffer.from('Subject: x\r\n\r\n'));
    outlook.fake.moveMessage(repAddress, id, 'junkemail');
    const { mails } = await outlook.listNew(cursor);
    expect(mails.map(({ providerMessageId }) => providerMessageId)).toContain(id);
    const calls = outlook.fake.requests.filter(({ url }) => url.includes('/v1.0/'));
    expect(calls.length).toBeGreaterThan(10);
    for (const { url, prefer } of calls) expect(prefer, url).toContain('IdType="ImmutableId"');
  });
});
