import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addContact, addMailbox, addMessage } from '../../../testing/fixtures.ts';
import { createModelProvider, type ModelProvider } from '../../../testing/model-provider.ts';
import { startTestSystem, type TestSystem } from '../../../testing/system.ts';
import type { Ctx, Sockets } from '../../core/ctx.ts';
import { NotFound } from '../../core/errors.ts';
import { jobs as tenantJobs } from '../../tenants/wakeups.ts';
import { createDelivery } from '../delivery/deliver.ts';
import { getMessageRow } from '../delivery/message-queries.ts';
import { sendEmail } from '../delivery/send-email.ts';
import { jobs, reactions } from '../wakeups.ts';
import { allowanceToday, updateMailbox } from './mailbox-settings.ts';
import { disconnectMailbox, getMailbox } from './mailboxes.ts';

let world: TestSystem;
let ctx: Ctx;
let mailboxId: string;
let provider: ModelProvider;
const sockets = { mailboxes: new Map(), crms: new Map(), oauth: new Map() } as Sockets;

beforeAll(async () => {
  world = await startTestSystem({ sockets, jobs: [...jobs, ...tenantJobs], reactions });
});
beforeEach(async () => {
  provider = createModelProvider(world.system.clock);
  provider.vendor.limits = { sendsPerDay: 2000, sendsPerMinute: 50 };
  sockets.mailboxes.set('model', provider.vendor);
  ctx = await world.tenant();
  mailboxId = await addMailbox(ctx);
});

/** What the provider was handed, as text. */
async function deliver(): Promise<string> {
  let raw = '';
  const { send } = provider.vendor;
  provider.vendor.send = async (account, mail) => {
    raw = mail.raw.toString().replaceAll('=\r\n', '');
    return send(account, mail);
  };
  await createDelivery().run(world.system);
  return raw;
}

describe('the settings of a mailbox', () => {
  it('are kept as given; what is not given stays, and null takes away', async () => {
    const all = {
      displayName: 'Robin',
      signature: 'Robin Vale\nSender Inc.',
      aliases: ['Sales@Sender.example', 'sales@sender.example', 'robin@sender.example'],
      dailyCap: 40,
      hourlyCap: 5,
      ramp: { startPerDay: 10, addPerDay: 2 },
      workingHours: defaultSendWindow,
      timeZone: 'Asia/Tokyo',
      spacingSeconds: 300,
    };
    await updateMailbox(ctx, mailboxId, all);
    const kept = { ...all, aliases: ['sales@sender.example'], ramp: { ...all.ramp, since: '2027-01-04' } };
    expect(await getMailbox(ctx, mailboxId)).toMatchObject(kept);
    await updateMailbox(ctx, mailboxId, { hourlyCap: null, ramp: null, workingHours: null, signature: null });
    expect(await updateMailbox(ctx, mailboxId, {})).toMatchObject({
      dailyCap: 40,
      hourlyCap: null,
      ramp: null,
      workingHours: null,
      signature: null,
    });
  });

  it('a ramp that is saved again as it was goes on where it is', async () => {
    const ramp = { startPerDay: 10, addPerDay: 2 };
    const since = (await updateMailbox(ctx, mailboxId, { ramp })).ramp!.since;
    await world.advance(3 * 86_400);
    expect((await updateMailbox(ctx, mailboxId, { ramp, dailyCap: 90 })).ramp!.since).toBe(since);
    expect(allowanceToday(ctx, await getMailbox(ctx, mailboxId))).toMatchObject({ limitToday: 16, reached: null });
    expect((await updateMailbox(ctx, mailboxId, { ramp: { ...ramp, addPerDay: 3 } })).ramp!.since).not.toBe(since);
  });

  it.each([
    [{ dailyCap: 2001 }, 'Model mail takes at most 2000 mails a day.'],
    [{ timeZone: 'Mars/Olympus' }, 'is no time zone'],
    [{ displayName: 'Robin\nBcc: all@example.com' }, 'must be on one line'],
    [{ replyTo: 'boss@sender.example' }, 'Replies to boss@sender.example would be seen by nobody'],
  ])('%j is refused', async (change, sentence) => {
    await expect(updateMailbox(ctx, mailboxId, change)).rejects.toThrow(sentence);
  });

  it('of another account cannot be changed, nor be the place for replies', async () => {
    const other = await world.tenant('Other');
    await expect(updateMailbox(other, mailboxId, { dailyCap: 1 })).rejects.toThrow(NotFound);
    const theirs = await addMailbox(other, { address: 'lee@other.example' });
    await expect(updateMailbox(other, theirs, { replyTo: 'robin@sender.example' })).rejects.toThrow('seen by nobody');
  });
});

describe('a mail', () => {
  it('carries the name, the signature and the address for replies', async () => {
    await addMailbox(ctx, { address: 'desk@sender.example' });
    await updateMailbox(ctx, mailboxId, {
      displayName: 'Robin of Sender',
      signature: 'Robin Vale\nSender Inc.',
      replyTo: 'Desk@sender.example',
    });
    const content = { subject: 'Hello', html: null, text: 'A word.' };
    await sendEmail(ctx, { contactId: await addContact(ctx), mailboxId, content });
    const raw = await deliver();
    expect(raw).toContain('From: Robin of Sender <robin@sender.example>');
    expect(raw).toContain('Reply-To: Robin of Sender <desk@sender.example>');
    expect(raw.replaceAll('\r\n', '\n')).toContain('A word.\n\nRobin Vale\nSender Inc.\n\n1 Main Street');
  });

  it('is not followed by another after a reply to the other mailbox', async () => {
    const desk = await addMailbox(ctx, { address: 'desk@sender.example' });
    await updateMailbox(ctx, mailboxId, { replyTo: 'desk@sender.example' });
    const contactId = await addContact(ctx);
    const enrollment = { enrollmentId: 'c0000000-0000-7000-8000-000000000001', repliesSince: world.system.clock.now() };
    await addMessage(ctx, { contactId, mailboxId, ...enrollment });
    await deliver();
    await updateMailbox(ctx, mailboxId, { replyTo: null });
    provider.receive('desk@sender.example', {
      from: 'kim@prospect.example',
      subject: 'Re: Hello Kim',
      text: 'Yes please',
      inReplyTo: provider.sent[0]!.messageIdHeader,
    });
    const second = await addMessage(ctx, { contactId, mailboxId, ...enrollment, stepIndex: 1 });
    await deliver();
    expect(provider.sent).toHaveLength(1);
    expect(await getMessageRow(ctx, second)).toMatchObject({ state: 'cancelled', failureReason: 'They have replied.' });
    await disconnectMailbox(ctx, desk);
  });

  it('asks nobody to reply to a mailbox that was disconnected', async () => {
    const desk = await addMailbox(ctx, { address: 'desk@sender.example' });
    await updateMailbox(ctx, mailboxId, { replyTo: 'desk@sender.example' });
    await disconnectMailbox(ctx, desk);
    expect(await getMailbox(ctx, mailboxId)).toMatchObject({ replyTo: null, replyToMailboxId: null });
  });

  it('of the rep’s own, written from another address of theirs, is no reply', async () => {
    await updateMailbox(ctx, mailboxId, { aliases: ['r.vale@sender.example'] });
    const contactId = await addContact(ctx);
    const first = await addMessage(ctx, { contactId, mailboxId });
    await deliver();
    provider.receive('robin@sender.example', {
      from: 'r.vale@sender.example',
      subject: 'Re: Hello Kim',
      text: 'A second thought',
      inReplyTo: provider.sent[0]!.messageIdHeader,
    });
    const second = await addMessage(ctx, { contactId, mailboxId });
    await deliver();
    expect(await getMessageRow(ctx, first)).toMatchObject({ state: 'sent' });
    expect(await getMessageRow(ctx, second)).toMatchObject({ state: 'sent' });
  });
});
