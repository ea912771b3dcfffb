/** A contact record: properties on the left, tabs in the middle, the card in the right sidebar. */
import { useState } from 'react';
import { getRecord, getTimeline } from '../api.ts';
import { Breakable } from '../breakable.tsx';
import { initials } from '../format.ts';
import { useData } from '../use-data.ts';
import type { HostProps } from './crm-window.tsx';
import { Extension } from './extension.tsx';
import { Properties } from './properties.tsx';
import { Timeline } from './timeline.tsx';
import { Waiting } from './waiting.tsx';
import { Workflow } from './workflow.tsx';

type TabName = 'Timeline' | 'SalesOS' | 'Workflow';
const tabNames: TabName[] = ['Timeline', 'SalesOS', 'Workflow'];

export function Record({ recordId, ...host }: HostProps & { recordId: string }) {
  const { state } = host.sandbox;
  const person = state.records.find((one) => one.recordId === recordId);
  const record = useData(`record ${recordId}`, state.revision, () => getRecord('hubspot', recordId));
  const timeline = useData(`timeline ${recordId}`, state.revision, () => getTimeline('hubspot', recordId));
  const [tab, setTab] = useState<TabName>(person?.startsBy === 'workflow' ? 'Workflow' : 'Timeline');
  const properties = record.data?.properties;
  if (!person || !properties || !record.data)
    return <Waiting what="the record" error={record.error} again={record.again} />;
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
        <Properties
          crm="hubspot"
          record={record.data}
          timeZone={state.hubspot.timeZone}
          refresh={host.sandbox.refresh}
        />
      </div>
      <div className="record-middle">
        <div className="crm-tabs" role="tablist" aria-label="Record">
          {tabNames.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-controls={`panel-${name}`}
              aria-selected={tab === name}
              onClick={() => setTab(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`} className="crm-panel">
          {tab === 'Timeline' && <Timeline items={timeline} timeZone={state.hubspot.timeZone} />}
          {tab === 'SalesOS' && <Extension {...host} kind="tab" recordId={recordId} properties={properties} />}
          {tab === 'Workflow' && <Workflow crm="hubspot" sandbox={host.sandbox} person={person} />}
        </div>
      </div>
      {/* The tab shows all the sidebar does and needs the room; the sidebar card keeps running. */}
      <div className="record-cards" hidden={tab === 'SalesOS'}>
        <Extension {...host} kind="sidebar" recordId={recordId} properties={properties} />
      </div>
    </div>
  );
}
