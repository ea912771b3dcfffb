/** For whoever keeps the product running: is the process alive, and can it do its work? */
import { Hono } from 'hono';
import type { ApiEnv } from './request.ts';

/** One thing that must work. `check` throws, or says in a sentence what is worth knowing; it tells no secret. */
export interface HealthCheck {
  name: string;
  check(): Promise<{ ok: boolean; note?: string }>;
}

export function healthRoutes(checks: HealthCheck[]): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/health/live', (c) => c.json({ status: 'live' }));
  app.get('/health/ready', async (c) => {
    const { log } = c.get('system');
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          return { name, ...(await check()) };
        } catch (error) {
          log.error({ error, check: name }, 'not ready');
          return { name, ok: false, note: 'It does not answer. The log says more.' };
        }
      }),
    );
    const ready = results.every((result) => result.ok);
    c.header('Cache-Control', 'no-store');
    return c.json({ status: ready ? 'ready' : 'not_ready', checks: results }, ready ? 200 : 503);
  });
  return app;
}
