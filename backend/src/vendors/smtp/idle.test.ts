import { afterEach, beforeEach, expect, test } from 'vitest';
import { incoming, repAddress } from '../../email/mailbox.harness.ts';
import { passwordAccount, type StartedMailServer, startMailServer, tokenAccount } from './mailbox.harness.ts';

let started: StartedMailServer;
let news: string[];
beforeEach(async () => {
  started = await startMailServer();
  news = [];
  started.mailbox.onNews((address) => news.push(address));
});
afterEach(() => started.close());

const watch = () => started.mailbox.watch(passwordAccount(started.servers));
const told = (times: number) => expect.poll(() => news.length, { interval: 5 }).toBe(times);

test('the server says at once that something arrived, and what came before the watch began is looked for too', async () => {
  await watch();
  await told(1);
  started.fake.deliver(repAddress, incoming({ id: 'a' }));
  await told(2);
  expect(news).toEqual([repAddress, repAddress]);
});

test('watching again keeps the connection there is', async () => {
  await watch();
  const logins = started.fake.logins();
  await watch();
  expect(started.fake.logins()).toBe(logins);
});

test('a connection that died is made again by the next watch', async () => {
  await watch();
  await told(1);
  started.fake.endSessions(repAddress);
  const again = async () => {
    await watch();
    return news.length;
  };
  await expect.poll(again, { interval: 20 }).toBe(2);
  started.fake.deliver(repAddress, incoming({ id: 'b' }));
  await told(3);
});

test('a mailbox with another password is watched with the new one only', async () => {
  await watch();
  const logins = started.fake.logins();
  await started.mailbox.watch(tokenAccount(started.servers, started.fake));
  expect(started.fake.logins()).toBe(logins + 1);
  started.fake.deliver(repAddress, incoming({ id: 'c' }));
  await told(3);
});

test('a server without IDLE is left to the sweep', async () => {
  started.fake.settings.offersIdle = false;
  expect(await watch()).toBeNull();
  expect(news).toEqual([]);
});
