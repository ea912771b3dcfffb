import { expect, it } from 'vitest';
import { newId, newToken } from './ids.ts';

it('ids are version 7 UUIDs that sort in the order they were made', () => {
  const now = new Date('2027-01-04T09:00:00Z');
  const ids = Array.from({ length: 2000 }, () => newId(now));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(2000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId(new Date(now.getTime() + 1)) > ids.at(-1)!).toBe(true);
});

it('tokens have 128 bits and fit into a path', () => {
  expect(newToken()).toMatch(/^[\w-]{22}$/);
  expect(newToken()).not.toBe(newToken());
});
