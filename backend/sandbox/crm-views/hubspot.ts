/** The CRM half of the sandbox, read from the fake HubSpot: records, timelines, and the workflow with our action in it. */
import { enrollRefusals } from '@salesos/shared/actions.ts';
import type { FakeHubSpot, WorkflowRun as PortalRun } from '../fakes/hubspot/index.ts';
import type { CrmRecord, TimelineItem, WorkflowRun, WorkflowView } from '../page-api.ts';
import { asFields, asOutputs, type CrmView } from './crm-view.ts';

const aboutFields = [
  ['email', 'Email'],
  ['jobtitle', 'Job title'],
  ['company', 'Company name'],
  ['phone', 'Phone number'],
  ['city', 'City'],
  ['country', 'Country/region'],
] as const;
const ownFields = [
  ['salesos_score', 'SalesOS score'],
  ['salesos_tier', 'SalesOS tier'],
  ['salesos_sequence_status', 'SalesOS sequence status'],
  ['salesos_status_reason', 'SalesOS status reason'],
  ['salesos_last_engaged_at', 'SalesOS last engaged'],
] as const;

/** `apiOrigin`: the public origin HubSpot knows the backend by. */
export function createHubSpotView(hubspot: FakeHubSpot, portalId: number, apiOrigin: string): CrmView {
  const portal = hubspot.portal(portalId);
  const exists = (recordId: string) => portal.contactIds().includes(recordId);

  function record(recordId: string): CrmRecord | null {
    if (!exists(recordId)) return null;
    const properties = portal.contactProperties(recordId);
    const owner = portal.users.find((user) => user.ownerId === properties.hubspot_owner_id);
    return {
      recordId,
      properties,
      groups: [
        { title: 'About this contact', fields: asFields(aboutFields.filter(([name]) => properties[name])) },
        { title: 'SalesOS', fields: asFields(ownFields) },
      ],
      ownerName: owner ? `${owner.firstName} ${owner.lastName}` : null,
    };
  }

  function timeline(recordId: string): TimelineItem[] {
    if (!exists(recordId)) return [];
    return portal
      .timeline(recordId)
      .map(({ id, at, direction, subject, text, html, from, to }): TimelineItem => {
        const kind = direction === 'INCOMING_EMAIL' ? 'email_in' : 'email_out';
        return { id, at, kind, title: subject, text: text || html.replace(/<[^>]+>/g, ' '), from, to };
      })
      .reverse();
  }

  function view(run: PortalRun): WorkflowRun {
    const outputs = asOutputs(run.outputFields);
    return {
      id: run.callbackId,
      at: run.startedAt.toISOString(),
      recordId: run.contactId,
      status: run.lastStatus ?? 0,
      outputs,
      sentence: historyLine(run, outputs),
      ok: run.state === 'succeeded' && !outputs.errorCode,
      request: run.lastRequest ?? { url: run.action.actionUrl, headers: {}, body: '' },
    };
  }

  return {
    record,
    timeline,
    setProperties(recordId: string, properties: Record<string, string>): CrmRecord | null {
      if (!exists(recordId)) return null;
      portal.updateContact(recordId, properties);
      return record(recordId);
    },
    async workflow(): Promise<WorkflowView> {
      const optionsUrl = `${apiOrigin}/hubspot/actions/options`;
      const choices = await hubspot.workflows.options(portalId, { optionsUrl, inputFieldName: 'sequenceId' });
      return {
        name: 'When someone asks for a demo',
        actionName: 'Enroll in sequence',
        sequences: choices.map(({ value, label }) => ({ value, label })),
        runs: hubspot.workflows.runs.map(view).reverse(),
      };
    },
    async runWorkflow(recordId: string, sequenceId: string): Promise<WorkflowRun> {
      const action = {
        actionUrl: `${apiOrigin}/hubspot/actions/enroll`,
        objectProperties: ['email', 'hubspot_owner_id'],
      };
      const run = await hubspot.workflows.run(portalId, action, recordId, { sequenceId });
      return view(run);
    },
    countRuns: () => hubspot.workflows.runs.length,
  };
}

/** The line of HubSpot's workflow history: the action's own message, or what HubSpot says without one. */
function historyLine(run: PortalRun, outputs: Record<string, string>): string {
  if (outputs.message) return outputs.message;
  const refusal = Object.entries(enrollRefusals).find(([code]) => code === outputs.errorCode)?.[1];
  if (refusal) return refusal;
  if (run.state === 'waiting') return 'No answer yet; HubSpot tries again.';
  return run.state === 'succeeded'
    ? 'The action was completed.'
    : `The action failed (${run.lastStatus ?? 'no answer'}).`;
}
