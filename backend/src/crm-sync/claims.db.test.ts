import { beforeEach, expect, test } from 'vitest';
import { newId } from '../core/ids.ts';
import { startCrmWorld } from './fake-crm.harness.ts';
import { claimWrites, insertEmailWrites, touchWrites } from './write-queries.ts';

const world = await startCrmWorld();
const { install, system } = world;
const now = () => system.clock.now();
const claim = (limit: number) => claimWrites(system, now(), new Date(now().getTime() + 600_000), limit);

beforeEach(() => world.reset());

/** Fields of so many people wait to be written. */
async function queue(count: number) {
  const { ctx, connectionId } = await install();
  const writes = Array.from({ length: count }, (_, index) => ({
    connectionId,
    contactId: newId(now()),
    recordId: `${index}`,
    key: `fields ${index}`,
    held: false,
  }));
  await touchWrites(ctx, 'fields', writes);
  return { ctx, connectionId };
}

test('an account with very many rows keeps no other waiting, and uses the room that is left', async () => {
  const crowded = await queue(300);
  await world.advance(60);
  const [one, other] = [await queue(1), await queue(2)];
  const claimed = (await claim(12)).map(({ connectionId }) => connectionId);
  const count = ({ connectionId }: { connectionId: string }) => claimed.filter((id) => id === connectionId).length;
  expect([count(crowded), count(one), count(other)]).toEqual([4, 1, 2]);
  expect(await claim(500)).toHaveLength(296);
  expect(await claim(500)).toEqual([]);
});

test('of more accounts than there is room some are served, and nobody twice', async () => {
  for (let account = 0; account < 20; account += 1) await queue(3);
  const both = await Promise.all([claim(8), claim(8)]);
  expect(both.every((rows) => rows.length > 0 && rows.length <= 8)).toBe(true);
  const rest = await claim(500);
  const ids = [...both, rest].flat().map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
});

test('mails that wait for an earlier one of the same person take no room', async () => {
  const { ctx, connectionId } = await install();
  const [kim, lee] = [newId(now()), newId(now())];
  const mail = (contactId: string, minute: number) => ({
    connectionId,
    contactId,
    recordId: contactId,
    key: `${contactId} ${minute}`,
    payload: { at: new Date(now().getTime() + minute * 60_000).toISOString() },
    held: false,
  });
  await insertEmailWrites(ctx, [...Array.from({ length: 20 }, (_, minute) => mail(kim, minute)), mail(lee, 0)]);
  const claimed = await claim(5);
  expect(claimed.map(({ key }) => key).sort()).toEqual([`${kim} 0`, `${lee} 0`].sort());
});
