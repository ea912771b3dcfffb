import type { Ctx } from './ctx.ts';

/** Remembers up to `most` results per process, by tenant and key; the longest unused goes first. Only for what never changes. */
export function createTenantCache<T>(most: number): (ctx: Ctx, key: string, load: () => Promise<T>) => Promise<T> {
  const entries = new Map<string, T>();
  return async (ctx, key, load) => {
    const full = `${ctx.tenantId} ${key}`;
    const known = entries.get(full);
    const value = known ?? (await load());
    entries.delete(full);
    entries.set(full, value);
    if (entries.size > most) entries.delete(entries.keys().next().value!);
    return value;
  };
}
