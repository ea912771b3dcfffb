/** The sandbox's org: contacts, their activity, and a flow with our action in it. */
import type { FakeSalesforce } from '../fakes/salesforce/index.ts';
import type { CrmRecord, TimelineItem, WorkflowRun, WorkflowView } from '../page-api.ts';
import { asFields, asOutputs, type CrmView } from './crm-view.ts';

const aboutFields = [
  ['Email', 'Email'],
  ['Title', 'Title'],
  ['AccountName', 'Account Name'],
  ['Phone', 'Phone'],
  ['MailingCity', 'Mailing City'],
  ['MailingCountry', 'Mailing Country'],
] as const;
const ownFields = [
  ['salesos__Score__c', 'SalesOS Score'],
  ['salesos__Tier__c', 'SalesOS Tier'],
  ['salesos__Sequence_Status__c', 'SalesOS Sequence Status'],
  ['salesos__Status_Reason__c', 'SalesOS Status Reason'],
  ['salesos__Last_Engaged__c', 'SalesOS Last Engaged'],
] as const;
const flowName = 'New contacts from the fair';

export function createSalesforceView({ org, flows, callBackend }: FakeSalesforce): CrmView {
  const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));

  function record(recordId: string): CrmRecord | null {
    if (!org.exists(recordId)) return null;
    const values = org.values(recordId);
    const account = values.AccountId ? org.values(String(values.AccountId)) : null;
    const properties = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
    properties.AccountName = text(account?.Name);
    const owner = org.users().find(({ id }) => id === values.OwnerId);
    return {
      recordId,
      properties,
      groups: [
        { title: 'Contact details', fields: asFields(aboutFields.filter(([name]) => properties[name])) },
        { title: 'SalesOS', fields: asFields(ownFields) },
      ],
      ownerName: owner ? `${owner.firstName} ${owner.lastName}` : null,
    };
  }

  function timeline(recordId: string): TimelineItem[] {
    if (!org.exists(recordId)) return [];
    return org
      .timeline(recordId)
      .map(({ id, kind, at, direction, subject, text, html, from, to }): TimelineItem => {
        const mail = direction === 'incoming' ? 'email_in' : 'email_out';
        const instant = new Date(at).toISOString();
        const words = text || html.replace(/<[^>]+>/g, ' ');
        return {
          id,
          at: instant,
          kind: kind === 'task' ? 'task' : mail,
          title: subject,
          text: words,
          from: from || null,
          to,
        };
      })
      .reverse();
  }

  const runOf = (flow: ReturnType<typeof flows.runs>[number]): WorkflowRun => {
    const outputs = asOutputs(flow.results[0] ?? {});
    const { rows } = JSON.parse(flow.request.body) as { rows: { recordId: string }[] };
    return {
      id: flow.id,
      at: flow.at.toISOString(),
      recordId: rows[0]?.recordId ?? '',
      status: flow.status,
      outputs,
      sentence: outputs.message || `The action failed (${flow.status}).`,
      ok: flow.status === 200 && !outputs.errorCode,
      request: flow.request,
    };
  };

  return {
    record,
    timeline,
    setProperties(recordId, properties) {
      if (!org.exists(recordId)) return null;
      org.update(recordId, properties);
      return record(recordId);
    },
    async workflow(): Promise<WorkflowView> {
      const question = { inputName: 'sequenceId', query: '', after: null };
      const answer = await callBackend(org.users()[0]?.id ?? '', '/salesforce/actions/options', question);
      const { options = [] } = JSON.parse(answer.body) as { options?: { value: string; label: string }[] };
      return {
        name: flowName,
        actionName: 'Enroll in sequence',
        sequences: options.map(({ value, label }) => ({ value, label })),
        runs: flows.runs().map(runOf).reverse(),
      };
    },
    async runWorkflow(recordId, sequenceId) {
      const flow = { action: 'enroll', recordIds: [recordId], inputs: { sequenceId }, workflow: flowName };
      return runOf(await flows.run(flow));
    },
    countRuns: () => flows.runs().length,
  };
}
