/** The package's Apex as the sandbox runs it: nothing here runs Apex, so its two controllers are stood in for, callout by callout. */
import { cardRoutes } from '@salesos/shared/cards.ts';
import type { FakeSalesforce } from './fakes/salesforce/index.ts';
import type { ApexCall, ApexResult } from './page-api.ts';

/** Asked by the components beside the cards' own requests, as `SalesOSPaths.ALL` of the package lists it. */
const optionsPath = '/salesforce/actions/options';

/** Answers as the platform does; `backendOrigin` is what the setup page calls the address of the backend. */
export async function runApex(
  salesforce: FakeSalesforce,
  backendOrigin: string,
  { method, params }: ApexCall,
): Promise<ApexResult> {
  if (method === 'SalesOSCardController.call') return callCard(salesforce, String(params?.path), String(params?.body));
  if (method === 'SalesOSSetupController.state') return { result: await readState(salesforce, backendOrigin) };
  return failure(404, 'not_found', `The org has no Apex method ${method}.`);
}

async function callCard(salesforce: FakeSalesforce, path: string, body: string): Promise<ApexResult> {
  if (!(path in cardRoutes || path === optionsPath))
    return failure(404, 'not_found', 'SalesOS does not know this request.');
  const request = JSON.parse(body) as { recordId?: string; recordIds?: string[] };
  const named = [...(request.recordIds ?? []), ...(request.recordId ? [request.recordId] : [])];
  if (named.some((id) => !salesforce.org.exists(id)))
    return failure(403, 'no_permission', 'You may not open this record in Salesforce.');
  const answer = await salesforce.callBackend(userOf(salesforce), path, request);
  if (answer.status === 200) return { result: answer.body };
  const { code, detail, errors } = JSON.parse(answer.body) as { code: string; detail: string; errors?: object[] };
  return failure(answer.status, code, detail, errors);
}

async function readState(salesforce: FakeSalesforce, backendOrigin: string) {
  const settings = await salesforce.callBackend(userOf(salesforce), '/cards/settings', {});
  const isConnected = settings.status === 200;
  const problem = isConnected ? null : (JSON.parse(settings.body) as { code: string; detail: string });
  return {
    organizationId: salesforce.org.id,
    isReachable: true,
    isConnected,
    code: problem?.code ?? null,
    detail: problem?.detail ?? null,
    connectUrl: `${backendOrigin}/connect/salesforce`,
    permissionSets: ['SalesOS_Admin', 'SalesOS_Rep'],
    hiddenFields: [...salesforce.org.settings.hiddenFields].sort(),
    canChangeSettings: true,
  };
}

const userOf = ({ org }: FakeSalesforce): string => org.users()[0]?.id ?? '';

const failure = (status: number, code: string, detail: string, errors: object[] = []): ApexResult => ({
  error: { body: { message: JSON.stringify({ status, code, detail, errors }) } },
});
