/** A person's page in Pipedrive: our panel and the details in the sidebar, activities and the automation beside it. */
import { type ReactNode, useState } from 'react';
import type { SandboxContact } from '../../../page-api.ts';
import { initials } from '../format.ts';
import { Properties } from '../record/properties.tsx';
import { Tabs } from '../record/tabs.tsx';
import { Timeline } from '../record/timeline.tsx';
import { useRecord } from '../record/use-record.ts';
import { Waiting } from '../record/waiting.tsx';
import { Workflow } from '../record/workflow.tsx';
import type { Sandbox } from '../use-sandbox.ts';

const tabs = ['Activities', 'Automation'] as const;

interface PersonProps {
  sandbox: Sandbox;
  person: SandboxContact;
  /** The panels of apps. */
  children: ReactNode;
}

export function Person({ sandbox, person, children }: PersonProps) {
  const { timeZone } = sandbox.state.clock;
  const { record, timeline } = useRecord('pipedrive', sandbox, person);
  const [tab, setTab] = useState<(typeof tabs)[number]>(person.startsBy === 'workflow' ? 'Automation' : 'Activities');
  return (
    <div className="pd-person">
      <header className="pd-head">
        <span className="avatar" aria-hidden="true">
          {initials(person.name)}
        </span>
        <div>
          <h3>{person.name}</h3>
          <p>{person.companyName}</p>
        </div>
      </header>
      <div className="pd-side">
        <section className="pd-box" aria-label="SalesOS panel">
          <h4>SalesOS</h4>
          {children}
        </section>
        <div className="pd-box">
          {record.data ? (
            <Properties crm="pipedrive" record={record.data} timeZone={timeZone} refresh={sandbox.refresh} />
          ) : (
            <Waiting what="the details" error={record.error} again={record.again} />
          )}
        </div>
      </div>
      <div className="pd-main pd-box">
        <Tabs names={tabs} chosen={tab} choose={setTab}>
          {tab === 'Activities' && <Timeline crm="pipedrive" items={timeline} timeZone={timeZone} />}
          {tab === 'Automation' && <Workflow crm="pipedrive" sandbox={sandbox} person={person} />}
        </Tabs>
      </div>
    </div>
  );
}
