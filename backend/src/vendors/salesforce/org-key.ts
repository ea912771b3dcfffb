/**
 * Puts the key by which an org's callouts prove themselves into its external credential `SalesOS`: secrets cannot be
 * packaged. An upgrade of the package keeps it.
 * https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_named_credentials_credential.htm
 */
import { z } from 'zod';
import { VendorUnavailable } from '../../core/errors.ts';
import { type CrmAccount, CrmRefused } from '../../crm-sync/crm.ts';
import type { SalesforceApi } from './api.ts';

const byHand =
  'In Salesforce Setup, open Named Credentials, External Credentials, “SalesOS”. Install the package first if it is not there. Give the user who connected SalesOS the permission “Manage Named Credentials” (or System Administrator) and connect again; or edit the principal “Backend” there and enter the key from the settings of SalesOS as the parameter “Token”.';

/** Replaces an earlier key. Throws CrmRefused with what the admin can do by hand, or VendorUnavailable. */
export async function pushOrgKey(
  api: SalesforceApi,
  account: CrmAccount,
  key: string,
  namespace: string,
): Promise<void> {
  const body = {
    externalCredential: `${namespace}SalesOS`,
    principalName: 'Backend',
    principalType: 'NamedPrincipal',
    authenticationProtocol: 'Custom',
    credentials: { Token: { value: key, encrypted: true } },
  };
  const path = '/named-credentials/credential';
  const shape = z.unknown();
  // How an existing credential is refused is not documented: whatever the refusal, replacing it is tried once.
  const created = await api.call(account, { send: async (org) => org.requestPost(path, body), shape });
  const isThere = created.outcome === 'refused' && created.status !== 403;
  const answer = isThere
    ? await api.call(account, { send: async (org) => org.requestPut(path, body), shape })
    : created;
  if (answer.outcome === 'ok') return;
  if (answer.outcome === 'retry') {
    throw new VendorUnavailable('Salesforce did not take the key of this org yet. It is tried again shortly.', {
      detail: answer.reason,
      retryAfterSeconds: answer.retryAfterSeconds,
    });
  }
  throw new CrmRefused('ORG_KEY_REFUSED', 'Salesforce did not let SalesOS store its key for this org.', byHand);
}
