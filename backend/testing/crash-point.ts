import type { KyselyPlugin } from 'kysely';
import type { System } from '../src/core/ctx.ts';
import { Crash } from './model-provider.ts';

/**
 * A process that can die: from its `dieAt`-th step on, every statement fails, as does every call that asks `isDead`.
 * A step is the moment before or after a statement, so that counting `dieAt` up visits every point at which a process
 * can end between two effects.
 */
export function mortal(system: System, dieAt: number): { system: System; isDead(): boolean; steps(): number } {
  let steps = 0;
  const step = () => {
    if (++steps >= dieAt) throw new Crash(`at step ${steps}`);
  };
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      step();
      return node;
    },
    async transformResult({ result }) {
      step();
      return result;
    },
  };
  return { system: { ...system, db: system.db.withPlugin(plugin) }, isDead: () => steps >= dieAt, steps: () => steps };
}
