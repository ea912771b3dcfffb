/**
 * The package's named credential (where callouts go) and the principal of its external credential (the org's key).
 * https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_named_credentials_resources.htm
 */
import { type Connection, SfError } from '@salesforce/core';
import { ask, codeOf, explain } from './ask.ts';
import { credentialName, keyParameter, prefixOf, principalName } from './names.ts';

const needs = { act: 'read or change named credentials', right: 'the permission “Manage Named Credentials”' };
const credentialPath = '/named-credentials/credential';

export interface NamedCredential {
  developerName: string;
  masterLabel: string;
  type: string;
  calloutUrl: string;
  calloutStatus?: string;
  calloutOptions: object;
  customHeaders?: object[];
  externalCredentials: { developerName: string }[];
  parameters?: object[];
}

const setupPath = (namespace: string) =>
  `/named-credentials/named-credential-setup/${prefixOf(namespace)}${credentialName}`;

/** Null where the package is not installed. */
export const readNamedCredential = (connection: Connection, namespace: string): Promise<NamedCredential | null> =>
  ask(connection, { path: setupPath(namespace), needs });

/** Every other setting stays as it is. */
export async function pointTo(
  connection: Connection,
  namespace: string,
  before: NamedCredential,
  calloutUrl: string,
): Promise<void> {
  const { developerName, masterLabel, type, calloutStatus, calloutOptions, customHeaders, parameters } = before;
  const externalCredentials = before.externalCredentials.map((one) => ({ developerName: one.developerName }));
  const kept = { developerName, masterLabel, type, calloutStatus, calloutOptions, customHeaders, parameters };
  const body = { ...kept, externalCredentials, calloutUrl };
  await ask(connection, { method: 'PUT', path: setupPath(namespace), body, needs });
}

/** Whether the org holds a key; which one, Salesforce tells nobody. Null where the package is not installed. */
export async function holdsKey(connection: Connection, namespace: string): Promise<boolean | null> {
  const query = new URLSearchParams({
    externalCredential: prefixOf(namespace) + credentialName,
    principalName,
    principalType: 'NamedPrincipal',
  });
  const found = await ask<{ authenticationStatus?: string }>(connection, { path: `${credentialPath}?${query}`, needs });
  return found && found.authenticationStatus === 'Configured';
}

/** `sfo_` and 32 bytes in base64url. */
export const isOrgKey = (text: string): boolean => /^sfo_[A-Za-z0-9_-]{43}$/.test(text);

/** Replaces an earlier key. */
export async function storeKey(connection: Connection, namespace: string, key: string): Promise<void> {
  const body = JSON.stringify({
    externalCredential: prefixOf(namespace) + credentialName,
    principalName,
    principalType: 'NamedPrincipal',
    authenticationProtocol: 'Custom',
    credentials: { [keyParameter]: { value: key, encrypted: true } },
  });
  const headers = { 'content-type': 'application/json' };
  const put = (method: 'POST' | 'PUT') => connection.request({ method, url: credentialPath, body, headers });
  try {
    // How an existing credential is refused is not documented: whatever the refusal, replacing it is tried once.
    await put('POST').catch((error: unknown) => {
      const isRefusal = explain(error, needs).name === 'Refused' && codeOf(error) !== 'NOT_FOUND';
      if (!isRefusal) throw error;
      return put('PUT');
    });
  } catch (error) {
    if (codeOf(error) !== 'NOT_FOUND') throw explain(error, needs);
    throw packageMissing();
  }
}

export const packageMissing = () =>
  new SfError(
    'SalesOS is not installed in this org.',
    'PackageMissing',
    [
      'Install it first: sf salesos install --target-org <org> --package-version 04t…',
      'If your package has another namespace, name it with --namespace.',
    ],
    1,
  );
