/**
 * Calls the backend from inside the org, as the package's own Apex does: through its named credential, with the key that the
 * org holds. Anonymous Apex answers nothing but its failure, so the outcome comes home in an assertion.
 */
import type { Connection } from '@salesforce/core';
import { ask } from './ask.ts';
import { credentialName, prefixOf } from './names.ts';

export type CalloutTest =
  | { outcome: 'ok' }
  /** SalesOS answered, and does not take the org's key. */
  | { outcome: 'key_refused' }
  /** The running user may not use the credential. */
  | { outcome: 'no_access' }
  | { outcome: 'unreachable'; detail: string };

/** Asked because it needs the key, and changes nothing. */
const path = '/salesforce/actions/options';

const marker = 'SalesOS ';

export const calloutApex = (namespace: string): string => `
HttpRequest request = new HttpRequest();
request.setEndpoint('callout:${prefixOf(namespace)}${credentialName}${path}');
request.setMethod('POST');
request.setTimeout(30000);
request.setHeader('Content-Type', 'application/json');
request.setHeader('SalesOS-Org-Id', UserInfo.getOrganizationId());
request.setHeader('SalesOS-User-Id', UserInfo.getUserId());
request.setHeader('SalesOS-User-Email', UserInfo.getUserEmail());
request.setHeader('SalesOS-User-Name', EncodingUtil.urlEncode(UserInfo.getName(), 'UTF-8').replace('+', '%20'));
request.setBody('{"inputName":"sequenceId","query":"","after":null}');
Map<String, Object> said = new Map<String, Object>();
try {
    HttpResponse response = new Http().send(request);
    said.put('status', response.getStatusCode());
    if (response.getStatusCode() >= 300) {
        Object content = JSON.deserializeUntyped(response.getBody());
        said.put('code', ((Map<String, Object>) content).get('code'));
    }
} catch (Exception e) {
    said.put('failure', e.getMessage());
}
Assert.fail('${marker}' + JSON.serialize(said));`;

export async function testCallout(connection: Connection, namespace: string): Promise<CalloutTest> {
  const run = await ask<{ compiled: boolean; compileProblem: string | null; exceptionMessage: string | null }>(
    connection,
    {
      path: `/tooling/executeAnonymous?anonymousBody=${encodeURIComponent(calloutApex(namespace))}`,
      needs: { act: 'run anonymous Apex', right: 'the permission “Author Apex”' },
    },
  );
  return readOutcome(run?.exceptionMessage ?? run?.compileProblem ?? '');
}

export function readOutcome(message: string): CalloutTest {
  const at = message.indexOf(`${marker}{`);
  if (at < 0) return { outcome: 'unreachable', detail: message || 'Salesforce did not say why.' };
  const said = JSON.parse(message.slice(at + marker.length)) as { status?: number; code?: string; failure?: string };
  if (said.status === undefined) {
    const failure = said.failure ?? '';
    return /credential/i.test(failure) ? { outcome: 'no_access' } : { outcome: 'unreachable', detail: failure };
  }
  if (said.status < 300) return { outcome: 'ok' };
  if (said.status === 401 || said.code === 'crm_not_connected') return { outcome: 'key_refused' };
  const detail = said.failure ?? `It answered with status ${said.status}${said.code ? ` (${said.code})` : ''}.`;
  return { outcome: 'unreachable', detail };
}
