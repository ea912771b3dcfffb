import { expect, it } from 'vitest';
import { createTenantCache } from './cache.ts';
import type { Ctx } from './ctx.ts';

const tenant = (tenantId: string) => ({ tenantId }) as Ctx;
const [acme, globex] = [tenant('acme'), tenant('globex')];

it('a result is loaded once per tenant, and the longest unused goes first', async () => {
  const loaded: string[] = [];
  const cache = createTenantCache<string>(2);
  const get = (ctx: Ctx, key: string) =>
    cache(ctx, key, async () => {
      loaded.push(`${ctx.tenantId} ${key}`);
      return `${key} of ${ctx.tenantId}`;
    });
  expect(await get(acme, 'a')).toBe('a of acme');
  expect(await get(globex, 'a')).toBe('a of globex');
  expect(await get(acme, 'a')).toBe('a of acme');
  expect(await get(acme, 'b')).toBe('b of acme');
  expect(await get(acme, 'a')).toBe('a of acme');
  expect(loaded).toEqual(['acme a', 'globex a', 'acme b']);
  await get(globex, 'a');
  expect(loaded).toHaveLength(4);
});

it('a failure is not remembered', async () => {
  const cache = createTenantCache<string>(2);
  await expect(cache(acme, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache(acme, 'a', async () => 'yes')).toBe('yes');
});
