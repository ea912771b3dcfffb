/** A contact record: properties on the left, tabs in the middle, the card in the right sidebar. */
import { useState } from 'react';
import type { SandboxContact } from '../../../page-api.ts';
import { Breakable } from '../breakable.tsx';
import { initials } from '../format.ts';
import { Properties } from '../record/properties.tsx';
import { Tabs } from '../record/tabs.tsx';
import { Timeline } from '../record/timeline.tsx';
import { useRecord } from '../record/use-record.ts';
import { Waiting } from '../record/waiting.tsx';
import { Workflow } from '../record/workflow.tsx';
import { Extension } from './extension.tsx';
import type { HostProps } from './hubspot.tsx';

const tabs = ['Timeline', 'SalesOS', 'Workflow'] as const;

export function Record({ person, ...host }: HostProps & { person: SandboxContact }) {
  const { sandbox } = host;
  const { timeZone } = sandbox.state.hubspot;
  const { record, timeline } = useRecord('hubspot', sandbox, person);
  const [tab, setTab] = useState<(typeof tabs)[number]>(person.startsBy === 'workflow' ? 'Workflow' : 'Timeline');
  if (!record.data) return <Waiting what="the record" error={record.error} again={record.again} />;
  const card = { recordId: person.recordIds.hubspot, properties: record.data.properties };
  return (
    <div className="record" data-wide={tab === 'SalesOS' || undefined}>
      <div className="record-side">
        <header className="record-head">
          <span className="avatar" aria-hidden="true">
            {initials(person.name)}
          </span>
          <div>
            <h3>{person.name}</h3>
            <p>
              {person.jobTitle} at {person.companyName}
            </p>
            <p className="record-mail">
              <Breakable text={person.address} />
            </p>
          </div>
        </header>
        <Properties crm="hubspot" record={record.data} timeZone={timeZone} refresh={sandbox.refresh} />
      </div>
      <div className="record-middle">
        <Tabs names={tabs} chosen={tab} choose={setTab}>
          {tab === 'Timeline' && <Timeline crm="hubspot" items={timeline} timeZone={timeZone} />}
          {tab === 'SalesOS' && <Extension {...host} {...card} kind="tab" />}
          {tab === 'Workflow' && <Workflow crm="hubspot" sandbox={sandbox} person={person} />}
        </Tabs>
      </div>
      {/* The tab shows all the sidebar does and needs the room; the sidebar card keeps running. */}
      <div className="record-cards" hidden={tab === 'SalesOS'}>
        <Extension {...host} {...card} kind="sidebar" />
      </div>
    </div>
  );
}
