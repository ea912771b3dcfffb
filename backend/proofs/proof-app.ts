import { createFakeDns } from '../sandbox/fakes/dns/fake-dns.ts';
import { createApp } from '../src/app.ts';
import { openPglite, openPostgres } from '../src/core/db.ts';
import { createLog } from '../src/core/log.ts';
import { createSecrets, deriveKey } from '../src/core/secrets.ts';
import { fastClock } from './fast-clock.ts';

/** What `kill-worker.ts` tells the process that it starts and kills. */
export interface WorkerOrders {
  /** A server's address, or the folder of an embedded database. */
  database: { url: string } | { folder: string };
  googleUrl: string;
  beganAt: number;
  speed: number;
}

export const proofSecrets = createSecrets(
  [{ id: 'proof', key: deriveKey('proof', 'seal') }],
  deriveKey('proof', 'fingerprint'),
);

/** The product's own wiring, with Google on loopback and a HubSpot that nobody calls. */
export async function openProofApp({ database, googleUrl, beganAt, speed }: WorkerOrders) {
  const clock = fastClock(beganAt, speed);
  return createApp({
    database: 'url' in database ? openPostgres(database.url) : await openPglite(database),
    clock,
    log: createLog(process.env.LOG_LEVEL ?? 'silent'),
    secrets: proofSecrets,
    settings: { publicUrl: 'https://app.salesos.test', sandbox: true },
    loopbackOnly: true,
    trustedProxies: 0,
    vendors: {
      dns: createFakeDns().dns,
      hubspot: {
        clientId: 'h',
        clientSecret: 'h',
        appId: '1',
        apiUrl: 'http://127.0.0.1:9',
        appUrl: 'http://127.0.0.1:9',
        publicBaseUrl: 'https://app.salesos.test',
      },
      google: {
        clock,
        clientId: 'proof',
        clientSecret: 'proof-secret',
        addresses: { accounts: googleUrl, oauth: googleUrl, gmail: googleUrl, certs: `${googleUrl}/oauth2/v3/certs` },
        topicName: null,
        push: null,
      },
    },
  });
}
