import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import type { Config, LiveConfig } from './config.ts';
import { systemClock } from './core/clock.ts';
import { type OpenDatabase, openPglite, openPostgres } from './core/db.ts';
import type { Logger } from './core/log.ts';
import { createSecrets, deriveKey } from './core/secrets.ts';
import { createSystemDns } from './vendors/dns/system-dns.ts';
import { googleAddresses } from './vendors/google/vendor.ts';
import type { VendorConfig } from './vendors/index.ts';
import { type MicrosoftConfig, microsoftAddresses } from './vendors/microsoft/vendor.ts';

export interface Running {
  stop(): Promise<void>;
}

/** The database that the configuration names: a server, or the embedded one in the data folder. */
export async function openConfigured(config: Config | LiveConfig, log: Logger): Promise<OpenDatabase> {
  if (config.DATABASE_URL) return openPostgres(config.DATABASE_URL);
  const folder = join(config.DATA_FOLDER, 'database');
  if (config.mode === 'live')
    log.warn({ folder }, 'the embedded database is for small installs; set DATABASE_URL for more than one mailbox');
  return openPglite({ folder });
}

/** Listens with a long queue: a burst of new connections is not dropped (Node's own default holds 511). */
export async function listen(
  app: { fetch: Parameters<typeof getRequestListener>[0] },
  port: number,
  host: string,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(getRequestListener(app.fetch));
  server.listen({ port, host, backlog: 4096 });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      server.close();
      server.closeIdleConnections();
      // What is being answered may finish; a client that holds on longer is cut.
      const cut = setTimeout(() => server.closeAllConnections(), 10_000);
      await once(server, 'close');
      clearTimeout(cut);
    },
  };
}

/** The product with own credentials. */
export async function startLive(config: LiveConfig, log: Logger): Promise<Running> {
  const publicUrl = config.PUBLIC_URL;
  const { GOOGLE_PUSH_AUDIENCE: audience, GOOGLE_PUSH_SERVICE_ACCOUNT: serviceAccount } = config;
  const app = await createApp({
    database: await openConfigured(config, log),
    clock: systemClock,
    log,
    secrets: createSecrets(config.SECRET_KEYS, Buffer.from(config.FINGERPRINT_KEY)),
    settings: { publicUrl, sandbox: false },
    loopbackOnly: false,
    trustedProxies: config.TRUSTED_PROXIES,
    vendors: {
      dns: createSystemDns(),
      ...crmConfigs(config),
      google: {
        clock: systemClock,
        clientId: config.GOOGLE_CLIENT_ID,
        clientSecret: config.GOOGLE_CLIENT_SECRET,
        addresses: googleAddresses,
        topicName: config.GOOGLE_PUBSUB_TOPIC ?? null,
        push: audience && serviceAccount ? { audience, serviceAccount } : null,
      },
      ...microsoftConfig(config),
    },
  });
  if (config.ROLE !== 'api') await app.startWorker();
  const server = await listen(app.api, config.PORT, config.HOST);
  log.info({ port: server.port, publicUrl, role: config.ROLE }, 'SalesOS is running');
  return {
    async stop() {
      await server.close();
      await app.stop();
    },
  };
}

/** The CRMs whose keys are given. That keys are given together, and those of one CRM at least, was checked. */
function crmConfigs(config: LiveConfig): Pick<VendorConfig, 'hubspot' | 'salesforce' | 'pipedrive'> {
  const { HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, HUBSPOT_APP_ID } = config;
  const { SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET, SALESFORCE_PACKAGE_NAMESPACE: prefix } = config;
  const { PIPEDRIVE_CLIENT_ID, PIPEDRIVE_CLIENT_SECRET, PUBLIC_URL: publicUrl } = config;
  return {
    ...(HUBSPOT_CLIENT_ID && HUBSPOT_CLIENT_SECRET && HUBSPOT_APP_ID
      ? {
          hubspot: {
            clientId: HUBSPOT_CLIENT_ID,
            clientSecret: HUBSPOT_CLIENT_SECRET,
            appId: HUBSPOT_APP_ID,
            apiUrl: config.HUBSPOT_API_URL,
            appUrl: config.HUBSPOT_APP_URL,
            publicBaseUrl: publicUrl,
          },
        }
      : {}),
    ...(SALESFORCE_CLIENT_ID && SALESFORCE_CLIENT_SECRET
      ? {
          salesforce: {
            clientId: SALESFORCE_CLIENT_ID,
            clientSecret: SALESFORCE_CLIENT_SECRET,
            loginUrl: config.SALESFORCE_LOGIN_URL,
            namespace: prefix === 'none' ? '' : `${prefix}__`,
            ...(config.SALESFORCE_JWT_KEY ? { privateKey: config.SALESFORCE_JWT_KEY } : {}),
          },
        }
      : {}),
    ...(PIPEDRIVE_CLIENT_ID && PIPEDRIVE_CLIENT_SECRET
      ? {
          pipedrive: {
            clientId: PIPEDRIVE_CLIENT_ID,
            clientSecret: PIPEDRIVE_CLIENT_SECRET,
            oauthUrl: config.PIPEDRIVE_OAUTH_URL,
            ...(config.PIPEDRIVE_ENROLL_MODAL_ID ? { enrollModalId: config.PIPEDRIVE_ENROLL_MODAL_ID } : {}),
            // Pipedrive posts to https only.
            publicUrl: publicUrl.startsWith('https:') ? publicUrl : null,
          },
        }
      : {}),
  };
}

/** Nothing when this installation has no app at Microsoft. */
function microsoftConfig(config: LiveConfig): { microsoft?: MicrosoftConfig } {
  const { MICROSOFT_CLIENT_ID: clientId, MICROSOFT_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = config;
  if (!clientId || !clientSecret) return {};
  return {
    microsoft: {
      clock: systemClock,
      clientId,
      clientSecret,
      tenant: config.MICROSOFT_TENANT,
      addresses: microsoftAddresses,
      // Graph posts to https only.
      noticesUrl: publicUrl.startsWith('https:') ? `${publicUrl}/microsoft/notices` : null,
      noticeKey: deriveKey(config.FINGERPRINT_KEY, 'microsoft-notices'),
    },
  };
}
