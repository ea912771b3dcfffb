import { createApi } from '../src/api/server.ts';
import type { System } from '../src/core/ctx.ts';
import type { OpenDatabase } from '../src/core/db.ts';
import { listen } from '../src/start-live.ts';

/** Our whole API on a free port, without the surfaces of any vendor. */
export const serveApi = (system: System, database: OpenDatabase): ReturnType<typeof listen> =>
  listen(
    createApi({
      system,
      database,
      surfaces: [],
      verifyPush: null,
      verifyNotice: null,
      tryServers: null,
      trustedProxies: 0,
    }),
    0,
    '127.0.0.1',
  );
