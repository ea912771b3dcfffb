import { afterEach, beforeEach, expect, test } from 'vitest';
import { incoming, repAddress } from '../../email/mailbox.harness.ts';
import type { MailboxAccount } from '../../email/mailbox.ts';
import { passwordAccount, type StartedMailServer, startMailServer } from './mailbox.harness.ts';

let started: StartedMailServer;
let account: MailboxAccount;
beforeEach(async () => {
  started = await startMailServer();
  account = passwordAccount(started.servers);
});
afterEach(() => started.close());

const from = new Date('2026-11-23T08:00:00Z');
const listNew = (cursor: string | null) => started.mailbox.listNew(account, cursor, from);
const subjects = (mails: { raw: Buffer }[]) => mails.map(({ raw }) => /Subject: (.*)\r\n/.exec(raw.toString())?.[1]);
const deliver = (id: string, path?: string) => started.fake.deliver(repAddress, incoming({ id }), path);

test('a reply that a rule of the rep files elsewhere, or that is thrown away at once, is read', async () => {
  const mailbox = started.fake.store.get(repAddress);
  if (!mailbox) throw new Error('no mailbox');
  started.fake.store.addFolder(mailbox, 'Customers/Contoso');
  const { cursor } = await listNew(null);
  deliver('filed', 'Customers/Contoso');
  deliver('binned', 'Trash');
  deliver('written', 'Drafts');
  const { mails } = await listNew(cursor);
  expect(subjects(mails).sort()).toEqual(['binned', 'filed']);
  expect(mails.map(({ folder }) => folder)).toEqual(['other', 'other']);
});

test('a mail that was moved is known by the same name', async () => {
  const { cursor } = await listNew(null);
  const { mail } = deliver('a');
  const first = await listNew(cursor);
  started.fake.moveMail(repAddress, 'INBOX', mail, 'Trash');
  const second = await listNew(first.cursor);
  expect(second.mails.map((one) => one.providerMessageId)).toEqual(first.mails.map((one) => one.providerMessageId));
});

test('one folder that was renumbered is read again, under the same names; the others go on', async () => {
  const { cursor } = await listNew(null);
  deliver('a');
  deliver('s', 'Junk');
  const first = await listNew(cursor);
  started.fake.folderOf(repAddress, 'INBOX').uidValidity += 1;
  deliver('b');
  const second = await listNew(first.cursor);
  expect(second.resynced).toBe(true);
  expect(subjects(second.mails)).toEqual(['a', 'b']);
  expect(second.mails[0]?.providerMessageId).toBe(
    first.mails.find(({ folder }) => folder === 'inbox')?.providerMessageId,
  );
  expect(await listNew(second.cursor)).toMatchObject({ mails: [], resynced: false });
});

test.each([
  ['without STATUS in LIST', { listStatus: false }],
  ['whose STATUS stands still', { staleStatus: true }],
])('a server %s hides nothing in the inbox', async (_, settings) => {
  Object.assign(started.fake.settings, settings);
  let { cursor } = await listNew(null);
  for (const id of ['a', 'b', 'c']) {
    deliver(id);
    const page = await listNew(cursor);
    expect(subjects(page.mails)).toEqual([id]);
    cursor = page.cursor;
  }
});

test('a server that gives a new mail a number that was passed is found out', async () => {
  for (const id of ['a', 'b', 'c']) deliver(id);
  const folder = started.fake.folderOf(repAddress, 'INBOX');
  folder.mails = folder.mails.filter(({ uid }) => uid !== 2);
  const { cursor } = await listNew(null);
  const raw = incoming({ id: 'below' });
  started.fake.store.file(folder, raw, { uid: 2 });
  const page = await listNew(cursor);
  expect(page.resynced).toBe(true);
  expect(subjects(page.mails)).toContain('below');
  expect(await listNew(page.cursor)).toMatchObject({ mails: [], resynced: false });
});

test('a server whose next number falls back is read again from the given time', async () => {
  for (const id of ['a', 'b', 'c']) deliver(id);
  const { cursor } = await listNew(null);
  const folder = started.fake.folderOf(repAddress, 'INBOX');
  folder.mails = [];
  folder.uidNext = 1;
  deliver('after the restore');
  const page = await listNew(cursor);
  expect(page.resynced).toBe(true);
  expect(subjects(page.mails)).toEqual(['after the restore']);
});

test('reading leaves a mail unread, and uses one login', async () => {
  const { cursor } = await listNew(null);
  const { mail } = deliver('a');
  await listNew(cursor);
  expect(mail.flags).toEqual([]);
  expect(started.fake.logins()).toBe(1);
});

test('a connection that the server closed while it waited is replaced unseen', async () => {
  const { cursor } = await listNew(null);
  deliver('a');
  started.fake.endSessions(repAddress);
  expect((await listNew(cursor)).mails).toHaveLength(1);
});

test('a server that is too busy to log anybody in is not a lost password', async () => {
  const reply = 'NO [UNAVAILABLE] Temporary authentication failure';
  started.fake.troubles.next({ protocol: 'imap', kind: 'reply', commands: ['AUTHENTICATE'], reply, times: 2 });
  await expect(listNew(null)).rejects.toThrow('try again');
  await expect(listNew(null)).rejects.not.toThrow('password');
});
