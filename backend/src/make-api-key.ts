import { parseArgs } from 'node:util';
import { scopes as allScopes } from '@salesos/shared/api/endpoint.ts';
import { readConfig, WrongConfiguration } from './config.ts';
import { systemClock } from './core/clock.ts';
import { type System, tenantContext } from './core/ctx.ts';
import { createLog } from './core/log.ts';
import { migrate } from './core/migrate.ts';
import { openConfigured } from './start-live.ts';
import { createApiKey, findConnection } from './tenants/index.ts';

/**
 * npm run api-key -- --account 4711 --name "My script" [--crm hubspot] [--scopes contacts:read,emails:read]
 *
 * Makes the first API key of an account, for whoever runs the server; further ones can be made by the API itself. With the
 * embedded database SalesOS must not be running, because the database serves one process.
 */
const { values } = parseArgs({
  options: {
    account: { type: 'string' },
    name: { type: 'string' },
    crm: { type: 'string', default: 'hubspot' },
    scopes: { type: 'string', default: allScopes.join(',') },
  },
});

try {
  if (!values.account || !values.name)
    throw new WrongConfiguration(
      'Say for which account, and a name: npm run api-key -- --account 4711 --name "My script"',
    );
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const database = await openConfigured(config, log);
  await migrate(database.db);
  // Making a key needs no vendor, queue or secret: only the database, the clock and the log.
  const system = { db: database.db, clock: systemClock, log } as System;
  const connection = await findConnection(system, values.crm, values.account);
  if (!connection)
    throw new WrongConfiguration(`SalesOS is not installed in the ${values.crm} account ${values.account}.`);
  const { key } = await createApiKey(tenantContext(system, connection.tenantId), {
    name: values.name,
    scopes: values.scopes.split(','),
  });
  await database.close();
  console.log(`${key}\nThis is shown once: only its hash is stored.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
