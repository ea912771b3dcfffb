/**
 * Idempotency keys by act, as in `stop:5f2c…`. One act keeps its key until its outcome is known, so that trying again,
 * by us or by the rep, cannot do it twice; the same act later is a new one and gets a new key.
 */
export function createActKeys(newKey: () => string = () => crypto.randomUUID()) {
  const open = new Map<string, string>();
  return {
    keyOf(act: string): string {
      const key = open.get(act) ?? newKey();
      open.set(act, key);
      return key;
    },
    settled(act: string): void {
      open.delete(act);
    },
  };
}
export type ActKeys = ReturnType<typeof createActKeys>;
