import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { giveMailbox, type MailProvider, rep } from '../sandbox/story/index.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';

const providers: [name: string, vendor: MailProvider][] = [
  ['Gmail', 'google'],
  ['Outlook', 'microsoft'],
  ['SMTP and IMAP', 'smtp'],
];
const kim = 'kim.larsen@fjordworks.example';
const alex = 'alex.moreau@atelier-lumen.example';
const [first, reminder] = ['Fewer tool shortages at Fjordworks', 'Re: Fewer tool shortages at Fjordworks'];
/** Where no notice comes, the mailbox is read every two minutes. */
const sweepSeconds = 180;

/** The product with one more mailbox of the rep, and the two prospects as they are written to from it. */
async function start(vendor: MailProvider) {
  const app = await startTestApp();
  const { ctx, memberId, mailboxId: usual } = app.home;
  const mailboxId = vendor === 'google' ? usual : (await giveMailbox(app, ctx, rep, memberId, vendor)).id;
  await app.settle();
  const team = { ...app.home, mailboxId };
  return { app, kim: app.person(kim, team), alex: app.person(alex, team) };
}

const providerOf = ({ google, microsoft, mailServer }: TestApp, vendor: MailProvider) =>
  ({ google, microsoft, smtp: mailServer })[vendor];

describe.each(providers)('a sequence over %s', (_, vendor) => {
  test('is sent once, goes on in the thread, and a reply stops it', async () => {
    const { app, kim } = await start(vendor);
    await kim.enroll();
    const hello = await PostalMime.parse((await kim.lastMail()).source);
    await app.jump('2027-01-06T12:00:00Z');
    expect(await kim.subjects()).toEqual([first, reminder]);
    const followUp = await PostalMime.parse((await kim.lastMail()).source);
    expect(followUp.inReplyTo).toBe(hello.messageId);
    expect(followUp.from?.address).toBe(hello.from?.address);

    await kim.does({ kind: 'reply', text: 'Sounds good. Tuesday?' });
    await app.advance(sweepSeconds);
    expect(await kim.state()).toBe('stopped: Stopped: the person replied.');
    expect(kim.timeline()).toEqual([`→ ${first}`, `→ ${reminder}`, `← Re: ${first}`]);
    await app.advance(30 * 86_400);
    const sent = providerOf(app, vendor).sentOf(hello.from?.address ?? '');
    expect(sent.map(({ recipients }) => recipients)).toEqual([[kim.address], [kim.address]]);
    expect(await kim.subjects()).toHaveLength(2);
  });

  test('rests while the person is away, and ends when they unsubscribe; a bounce ends it too', async () => {
    const { app, kim, alex } = await start(vendor);
    await kim.enroll();
    await alex.enroll();
    await app.advance(600);
    await kim.does({ kind: 'out_of_office', until: '2027-01-15' });
    await alex.does({ kind: 'bounce', permanent: true });
    await app.advance(sweepSeconds);
    expect(await kim.state()).toContain('paused: Paused: Kim is away until Friday 15 January');
    expect(await alex.state()).toBe('stopped: Stopped: the address does not accept mail.');
    await kim.does({ kind: 'unsubscribe' });
    expect(await kim.state()).toBe('stopped: Stopped: the person unsubscribed.');
    await app.advance(30 * 86_400);
    expect([await kim.subjects(), await alex.subjects()].map(({ length }) => length)).toEqual([1, 1]);
  });
});

test('a reply from another address finds its thread in each of the three', async () => {
  for (const [, vendor] of providers) {
    const { app, kim } = await start(vendor);
    await kim.enroll();
    await app.advance(600);
    await kim.does({ kind: 'reply_from', address: 'kim@private.example', text: 'Write to me here instead.' });
    await app.advance(sweepSeconds);
    expect(await kim.state(), vendor).toBe('stopped: Stopped: the person replied.');
  }
});
