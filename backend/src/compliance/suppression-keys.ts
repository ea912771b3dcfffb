import type { Ctx } from '../core/ctx.ts';

/**
 * Suppressions are kept as HMACs under a key of this installation, so that they outlive an erasure without keeping the
 * address. The tenant is part of what is hashed: one address has another key in each tenant.
 */
const keyOf = (ctx: Ctx, kind: string, value: string) =>
  ctx.secrets.fingerprint(value, `suppression|${ctx.tenantId}|${kind}`);

export const addressKey = (ctx: Ctx, address: string): string => keyOf(ctx, 'address', address);
export const domainKey = (ctx: Ctx, domain: string): string => keyOf(ctx, 'domain', domain);
/** Somebody who unsubscribed stays so under another address. */
export const personKey = (ctx: Ctx, contactId: string): string => keyOf(ctx, 'person', contactId);

/** A host and the domains above it, down to two labels: `a.b.example.com`, `b.example.com`, `example.com`. */
export function domainsOf(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}
