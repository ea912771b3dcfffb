/** Which fields an org has and this user may use; kept for an hour, because it is asked before every read and write. */
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { CrmAccount } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';

const keptSeconds = 3600;

/** By name; `type` as in `email`, `string`. */
export type ObjectFields = Map<string, { type: string; createable: boolean; updateable: boolean }>;

const described = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string().catch(''),
      createable: z.boolean().catch(false),
      updateable: z.boolean().catch(false),
    }),
  ),
});

export interface Describer {
  /** Null where the org has no such object, or the user may not see it. */
  of(account: CrmAccount, type: string): Promise<ObjectFields | null>;
  /** Somebody may have changed it. */
  forget(account: CrmAccount): void;
}

export function createDescriber(api: SalesforceApi, clock: Clock): Describer {
  const kept = new Map<string, { at: number; object: ObjectFields | null }>();
  const keyOf = (account: CrmAccount, type: string) => `${account.connectionId} ${type}`;
  return {
    async of(account, type) {
      const key = keyOf(account, type);
      const now = clock.now().getTime();
      const known = kept.get(key);
      if (known && known.at > now - keptSeconds * 1000) return known.object;
      const answer = await api.read(account, { send: (org) => org.describe(type), shape: described });
      const object = answer && new Map(answer.fields.map(({ name, ...may }) => [name, may]));
      kept.set(key, { at: now, object });
      return object;
    },
    forget(account) {
      for (const key of kept.keys()) if (key.startsWith(`${account.connectionId} `)) kept.delete(key);
    },
  };
}
