import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { handClock } from '../src/core/clock.ts';
import { createFakeGoogle } from './fakes/google/fake-google.ts';
import { createFakeHubSpot } from './fakes/hubspot/index.ts';
import { createFakeMicrosoft } from './fakes/microsoft/fake-microsoft.ts';
import { createFakePipedrive } from './fakes/pipedrive/index.ts';
import { createFakeSalesforce } from './fakes/salesforce/index.ts';
import { createFakeMailServer } from './fakes/smtp/fake-mail-server.ts';
import { keepWorld, readWorld, type WorldMemory } from './world-file.ts';

const clock = handClock(new Date('2027-01-04T09:00:00Z'));
const google = (memory?: Parameters<typeof createFakeGoogle>[0]['memory']) =>
  createFakeGoogle({ clock, clientId: 'g', clientSecret: 's', ...(memory ? { memory } : {}) });
const hubspot = (memory?: Parameters<typeof createFakeHubSpot>[0]['memory']) =>
  createFakeHubSpot({
    clock,
    clientId: 'h',
    clientSecret: 's',
    appId: 1,
    scopes: ['oauth'],
    redirectUrls: [],
    webhookTargetUrl: null,
    ...(memory ? { memory } : {}),
  });
const microsoft = (memory?: WorldMemory['microsoft']) =>
  createFakeMicrosoft({ clock, clientId: 'm', clientSecret: 's', ...(memory ? { memory } : {}) });
const mailServer = (memory?: WorldMemory['mailServer']) => createFakeMailServer({ clock, memory });
const emptyWorld = (): WorldMemory => ({
  clock: clock.now(),
  google: google().remember(),
  microsoft: microsoft().remember(),
  mailServer: mailServer().remember(),
  hubspot: hubspot().remember(),
  salesforce: createFakeSalesforce({
    clock,
    clientId: 's',
    clientSecret: 's',
    redirectUris: [],
    org: { id: '00D000000000001', name: 'Acme', users: [] },
  }).remember(),
  pipedrive: createFakePipedrive({
    clock,
    clientId: 'p',
    clientSecret: 's',
    callbackUrl: 'http://127.0.0.1',
    scopes: [],
    address: () => '',
  }).remember(),
  inboxes: new Map(),
  answers: [],
});
const raw = Buffer.from(
  'From: kim@prospect.example\r\nTo: robin@team.example\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n',
);

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'salesos-world-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'below', 'world.bin');
}

test('a world that was kept is the same after a restart: mails, records, tokens and the clock', async () => {
  const file = await place();
  const [mail, crm] = [google(), hubspot()];
  mail.addMailbox('robin@team.example', 'Robin');
  mail.deliver('robin@team.example', raw);
  const token = mail.grant('robin@team.example', ['https://www.googleapis.com/auth/gmail.readonly']).accessToken;
  const portal = crm.addPortal({ id: 1, name: 'Team', timeZone: 'UTC', users: [] });
  const recordId = portal.createContact({ email: 'kim@prospect.example' });
  portal.addRule({ type: 'contacts', message: 'No.', refuses: () => false });
  const current = () => ({ ...emptyWorld(), google: mail.remember(), hubspot: crm.remember() });
  await keepWorld(file, current)();

  const kept = (await readWorld(file))!;
  expect(kept.clock).toEqual(clock.now());
  const again = google(kept.google);
  const list = await again.app.request('/gmail/v1/users/me/messages', {
    headers: { authorization: `Bearer ${token}` },
  });
  const { messages } = (await list.json()) as { messages: { id: string }[] };
  expect(messages).toHaveLength(1);
  expect(again.deliver('robin@team.example', raw).id).not.toBe(messages[0]!.id);
  const portalAgain = hubspot(kept.hubspot).portal(1);
  expect(portalAgain.contactProperties(recordId)).toMatchObject({ email: 'kim@prospect.example' });
  expect(portalAgain.createContact({ email: 'jo@prospect.example' })).not.toBe(recordId);
});

test('Outlook and the mail server remember their mails, their ids and who may come in', async () => {
  const file = await place();
  const [outlook, post] = [microsoft(), mailServer()];
  outlook.addMailbox('robin@outlook.example', 'Robin');
  post.addMailbox('robin@post.example', 'Robin', 'secret');
  const first = outlook.deliver('robin@outlook.example', raw).id;
  post.deliver('robin@post.example', raw);
  const { accessToken } = outlook.grant('robin@outlook.example', ['Mail.ReadWrite']);
  await keepWorld(file, () => ({
    ...emptyWorld(),
    microsoft: outlook.remember(),
    mailServer: post.remember(),
  }))();

  const kept = (await readWorld(file))!;
  const again = microsoft(kept.microsoft);
  const headers = { authorization: `Bearer ${accessToken}` };
  const list = await again.app.request('/v1.0/me/messages', { headers });
  expect(((await list.json()) as { value: object[] }).value).toHaveLength(1);
  expect(again.deliver('robin@outlook.example', raw).id).not.toBe(first);
  const postAgain = mailServer(kept.mailServer);
  expect(postAgain.store.get('robin@post.example')).toMatchObject({ password: 'secret' });
  expect(postAgain.deliver('robin@post.example', raw).mail.uid).toBe(2);
  expect(postAgain.folderOf('robin@post.example', 'INBOX').uidValidity).toBe(
    post.folderOf('robin@post.example', 'INBOX').uidValidity,
  );
});

test('what is called for while a write runs is kept too, in one more write', async () => {
  const file = await place();
  const world = emptyWorld();
  let asked = 0;
  const keep = keepWorld(file, () => {
    asked++;
    return world;
  });
  const calls = [keep()];
  world.clock = new Date('2027-02-01T00:00:00Z');
  calls.push(keep(), keep(), keep());
  await Promise.all(calls);
  expect(asked).toBe(2);
  expect((await readWorld(file))?.clock).toEqual(world.clock);
});

test('no file, half a file and a file of another version are no world', async () => {
  const file = await place();
  expect(await readWorld(file)).toBeNull();
  await keepWorld(file, emptyWorld)();
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length / 2));
  expect(await readWorld(file)).toBeNull();
});
