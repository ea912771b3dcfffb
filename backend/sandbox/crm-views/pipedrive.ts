/** The sandbox's Pipedrive company: people, their activities, and an automation that calls us. */
import type { AutomationView } from '@salesos/shared/cards.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { CompanyControls } from '../fakes/pipedrive/index.ts';
import type { CrmRecord, TimelineItem, WorkflowRun, WorkflowView } from '../page-api.ts';
import { asFields, asOutputs, type CrmView } from './crm-view.ts';

const ownFields = [
  'SalesOS score',
  'SalesOS tier',
  'SalesOS sequence status',
  'SalesOS status reason',
  'SalesOS last engaged',
  'SalesOS sequence result',
] as const;
const automationName = 'When a deal is won back';

/** `askAsAdmin`: a request of the settings page, with the session of the company's admin. */
export function createPipedriveView(
  company: CompanyControls,
  clock: Clock,
  askAsAdmin: <T>(path: string, body: object) => Promise<T>,
): CrmView {
  const exists = (recordId: string) => company.records('person').some(({ id }) => String(id) === recordId);
  const runs: WorkflowRun[] = [];
  /** What an admin copied from the settings page once. */
  let webhook: Promise<AutomationView> | null = null;

  function record(recordId: string): CrmRecord | null {
    if (!exists(recordId)) return null;
    const { values } = company.record('person', Number(recordId));
    const organization = values.org_id ? company.record('organization', Number(values.org_id)) : null;
    const first = (list: unknown) => (Array.isArray(list) ? String((list[0] as { value?: string })?.value ?? '') : '');
    const properties: Record<string, string> = {
      email: first(values.emails),
      phone: first(values.phones),
      organization: String(organization?.values.name ?? ''),
      ...company.fieldValues(Number(recordId)),
    };
    const owner = company.users.find(({ id }) => id === values.owner_id);
    return {
      recordId,
      properties,
      groups: [
        {
          title: 'Details',
          fields: asFields([
            ['email', 'Email'],
            ['phone', 'Phone'],
            ['organization', 'Organization'],
          ]),
        },
        { title: 'SalesOS', fields: asFields(ownFields.map((name) => [name, name] as const)) },
      ],
      ownerName: owner?.name ?? null,
    };
  }

  function timeline(recordId: string): TimelineItem[] {
    if (!exists(recordId)) return [];
    const copies = company.mails(Number(recordId)).map(
      ({ at, to, subject }, index): TimelineItem => ({
        id: `copy-${index}`,
        at: at.toISOString(),
        kind: 'email_out',
        title: subject,
        text: `To: ${to}`,
        from: null,
        to: null,
      }),
    );
    const activities = company.timeline(Number(recordId)).map(({ id, values, addedAt }): TimelineItem => {
      const title = String(values.subject ?? '');
      const own = String(record(recordId)?.properties.email);
      const mail = /From: ([^\n]*?)(<br>|To:)/.exec(String(values.note ?? ''))?.[1]?.includes(own)
        ? 'email_in'
        : 'email_out';
      const text = String(values.note ?? '').replace(/<[^>]+>/g, ' ');
      const kind = values.type === 'task' ? 'task' : mail;
      return { id: String(id), at: addedAt.toISOString(), kind, title, text, from: null, to: null };
    });
    return [...activities, ...copies].sort((a, b) => a.at.localeCompare(b.at)).reverse();
  }

  return {
    record,
    timeline,
    setProperties(recordId, { email }) {
      if (!exists(recordId)) return null;
      if (email !== undefined)
        company.change('person', Number(recordId), {
          values: { emails: [{ value: email, label: 'work', primary: true }] },
        });
      return record(recordId);
    },
    async workflow(): Promise<WorkflowView> {
      return {
        name: automationName,
        actionName: 'Webhook to SalesOS: enroll',
        sequences: company.fieldOptions('SalesOS sequence').map((label) => ({ value: label, label })),
        runs: runs.toReversed(),
      };
    },
    async runWorkflow(recordId, sequence) {
      webhook ??= askAsAdmin<AutomationView>('/cards/automation/rotate', {});
      const { url, userName, password } = await webhook;
      const body = { sequence, person_id: recordId, run_key: `run-${runs.length + 1}-${clock.now().getTime()}` };
      const { status, body: answer } = await company.runAutomation({
        url,
        path: 'enroll',
        user: userName,
        password: password ?? '',
        body,
      });
      const outputs = asOutputs((answer as object | null) ?? {});
      const run = {
        id: body.run_key,
        at: clock.now().toISOString(),
        recordId,
        status,
        outputs,
        sentence: outputs.message || `The webhook was not answered as expected (${status}).`,
        ok: status === 200 && !outputs.errorCode,
        request: { url: `${url}enroll`, headers: { Authorization: 'Basic …' }, body: JSON.stringify(body) },
      };
      runs.push(run);
      return run;
    },
    countRuns: () => runs.length,
  };
}
