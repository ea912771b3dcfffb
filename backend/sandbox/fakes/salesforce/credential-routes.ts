/**
 * Connect REST's named-credentials: where our key for the org is kept, and where the package's callouts go.
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
  const base = '/services/data/v68.0/named-credentials';
  const path = `${base}/credential`;
  const known = (name: string | undefined) => world.settings.isPackageInstalled && name === `${world.namespace}SalesOS`;
  const refuseOthers = () => {
    if (!world.settings.mayChangeCredentials) {
      throw new Refusal(403, 'INSUFFICIENT_ACCESS', "You don't have access to manage named credentials.");
    }
  };

  app.get(path, (c) => {
    refuseOthers();
    const { externalCredential, principalName, principalType } = c.req.query();
    if (!known(externalCredential) || principalName !== 'Backend' || principalType !== 'NamedPrincipal')
      throw notFound('The external credential or principal does not exist.');
    const isThere = world.credentials.has('Token');
    return c.json({
      externalCredential,
      principalName,
      principalType,
      authenticationProtocol: 'Custom',
      authenticationStatus: isThere ? 'Configured' : 'Unconfigured',
      credentials: isThere ? { Token: { encrypted: true } } : {},
    });
  });

  const setup = `${base}/named-credential-setup/:name`;
  const namedCredential = (name: string) => {
    refuseOthers();
    if (!known(name)) throw notFound('The named credential does not exist.');
    return {
      developerName: name,
      masterLabel: 'SalesOS',
      type: 'SecuredEndpoint',
      calloutStatus: 'Enabled',
      calloutUrl: world.settings.calloutUrl ?? world.options.backendUrl ?? '',
      calloutOptions: {
        allowMergeFieldsInBody: false,
        allowMergeFieldsInHeader: false,
        generateAuthorizationHeader: false,
      },
      customHeaders: [],
      externalCredentials: [{ developerName: `${world.namespace}SalesOS`, masterLabel: 'SalesOS' }],
      parameters: [],
    };
  };
  app.get(setup, (c) => c.json(namedCredential(c.req.param('name'))));
  app.put(setup, async (c) => {
    const before = namedCredential(c.req.param('name'));
    const input = await json(c);
    for (const required of ['calloutOptions', 'calloutUrl', 'externalCredentials', 'masterLabel', 'type']) {
      if (!input[required]) throw refused('INVALID_INPUT', `${required} is required.`);
    }
    world.settings.calloutUrl = String(input.calloutUrl);
    return c.json({ ...before, calloutUrl: world.settings.calloutUrl });
  });

  for (const method of ['POST', 'PUT'] as const) {
    app.on(method, path, async (c) => {
      const input = (await json(c)) as CredentialInput;
      refuseOthers();
      if (!known(input.externalCredential) || input.principalName !== 'Backend')
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
