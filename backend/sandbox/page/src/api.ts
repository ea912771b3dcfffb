/** The page's calls to the sandbox server. Errors arrive as `Error` with a sentence for people. */
import type {
  ActResult,
  ApexCall,
  ApexResult,
  ClockMove,
  CrmName,
  CrmRecord,
  HubspotFetchResult,
  InboxAct,
  InboxMail,
  LogEntry,
  MailDetail,
  SandboxState,
  TimelineItem,
  WorkflowRun,
  WorkflowView,
} from '../../page-api.ts';

async function call<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`/sandbox/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error('The sandbox does not answer. Is it still running?');
  });
  const content = (await answer.json().catch(() => null)) as T & { sentence?: string };
  if (!answer.ok) throw new Error(content?.sentence ?? `The sandbox answered with ${answer.status}.`);
  return content;
}

const id = encodeURIComponent;
export const getState = () => call<SandboxState>('state');
export const getLog = () => call<{ entries: LogEntry[] }>('log').then((answer) => answer.entries);
export const moveClock = (move: ClockMove) => call<SandboxState>('clock', move);
export const getRecord = (crm: CrmName, recordId: string) => call<CrmRecord>(`${crm}/records/${id(recordId)}`);
export const getTimeline = (crm: CrmName, recordId: string) =>
  call<{ items: TimelineItem[] }>(`${crm}/records/${id(recordId)}/timeline`).then((answer) => answer.items);
export const setProperties = (crm: CrmName, recordId: string, properties: Record<string, string>) =>
  call<CrmRecord>(`${crm}/records/${id(recordId)}/properties`, { properties });
export const getInbox = (address: string) =>
  call<{ mails: InboxMail[] }>(`inbox?address=${id(address)}`).then((answer) => answer.mails);
export const getMail = (mailId: string) => call<MailDetail>(`inbox/${id(mailId)}`);
export const actOnMail = (mailId: string, act: InboxAct) => call<ActResult>(`inbox/${id(mailId)}/act`, act);
export const getWorkflow = (crm: CrmName) => call<WorkflowView>(`${crm}/workflow`);
export const runWorkflow = (crm: CrmName, recordId: string, sequenceId: string) =>
  call<WorkflowRun>(`${crm}/workflow/run`, { recordId, sequenceId });
export const callApex = (request: ApexCall) => call<ApexResult>('salesforce/apex', request);
export const getPipedriveToken = () => call<{ token: string }>('pipedrive/token', {}).then(({ token }) => token);
/** Passed on as the card gave it; the server refuses what HubSpot would refuse. */
export const hubspotFetch = (request: { url: string; method: string; body: unknown; timeoutSeconds: number }) =>
  call<HubspotFetchResult>('hubspot-fetch', request);
