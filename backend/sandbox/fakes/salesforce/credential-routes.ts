/**
 * Connect REST's named-credentials/credential: where our key for the org is kept.
 * https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_named_credentials_credential.htm
 */
import { Hono } from 'hono';
import { type FakeEnv, json } from './gate.ts';
import { notFound, Refusal, refused } from './refusal.ts';
import type { World } from './world.ts';

interface CredentialInput {
  externalCredential?: string;
  principalName?: string;
  principalType?: string;
  authenticationProtocol?: string;
  credentials?: Record<string, { value?: string; encrypted?: boolean }>;
}

export function credentialRoutes(world: World): Hono<FakeEnv> {
  const app = new Hono<FakeEnv>();
  const path = '/services/data/v68.0/named-credentials/credential';

  for (const method of ['POST', 'PUT'] as const) {
    app.on(method, path, async (c) => {
      const input = (await json(c)) as CredentialInput;
      if (!world.settings.mayChangeCredentials) {
        throw new Refusal(403, 'INSUFFICIENT_ACCESS', "You don't have access to manage named credentials.");
      }
      const known = world.settings.isPackageInstalled && input.externalCredential === `${world.namespace}SalesOS`;
      if (!known || input.principalName !== 'Backend')
        throw notFound('The external credential or principal does not exist.');
      const token = input.credentials?.Token;
      if (input.principalType !== 'NamedPrincipal' || input.authenticationProtocol !== 'Custom' || !token?.value) {
        throw refused('INVALID_INPUT', 'The credential input is incomplete.');
      }
      const isThere = world.credentials.has('Token');
      if (method === 'POST' && isThere)
        throw refused('DUPLICATE_VALUE', 'A credential already exists for this principal.');
      if (method === 'PUT' && !isThere) throw notFound('There is no credential for this principal.');
      world.credentials.set('Token', token.value);
      const { credentials: _, ...rest } = input;
      const shown = { Token: { encrypted: true } };
      return c.json({ ...rest, credentials: shown, authenticationStatus: 'Configured' }, method === 'POST' ? 201 : 200);
    });
  }
  return app;
}
