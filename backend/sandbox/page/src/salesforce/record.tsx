/** A contact's record page in Lightning: highlights on top, tabs on the left, the card's column on the right. */
import { type ComponentProps, useState } from 'react';
import type { SandboxContact } from '../../../page-api.ts';
import { Breakable } from '../breakable.tsx';
import { Properties } from '../record/properties.tsx';
import { Tabs } from '../record/tabs.tsx';
import { Timeline } from '../record/timeline.tsx';
import { useRecord } from '../record/use-record.ts';
import { Waiting } from '../record/waiting.tsx';
import { Workflow } from '../record/workflow.tsx';
import { ComponentFrame } from './component-frame.tsx';

const tabs = ['Activity', 'Details', 'Flow'] as const;
/** The compact layout: the fields in the header of the record. */
const highlights = [
  ['Title', 'Title'],
  ['AccountName', 'Account Name'],
  ['Email', 'Email'],
  ['salesos__Score__c', 'SalesOS Score'],
] as const;

interface RecordProps extends Pick<ComponentProps<typeof ComponentFrame>, 'sandbox' | 'toast' | 'navigate'> {
  person: SandboxContact;
  /** Opens the quick action. */
  enroll: () => void;
}

export function Record({ person, enroll, ...host }: RecordProps) {
  const { sandbox } = host;
  const { timeZone } = sandbox.state.salesforce;
  const { record, timeline } = useRecord('salesforce', sandbox, person);
  const [tab, setTab] = useState<(typeof tabs)[number]>(person.startsBy === 'workflow' ? 'Flow' : 'Activity');
  if (!record.data) return <Waiting what="the record" error={record.error} again={record.again} />;
  const { properties } = record.data;
  return (
    <div className="sf-record">
      <header className="sf-head">
        <div className="sf-title">
          <svg className="sf-icon" viewBox="0 0 24 24" width="36" height="36" aria-hidden="true">
            <path d="M5 6h14v12H5zM9 10.500a1.500 1.500 0 1 0 .1 0M7 15.500c.4-2 3.600-2 4 0M14 10h3M14 13.500h3" />
          </svg>
          <h3>
            <small>Contact</small>
            {person.name}
          </h3>
          <button type="button" className="crm-button" onClick={enroll}>
            Enroll in Sequence
          </button>
        </div>
        <dl className="sf-highlights">
          {highlights.map(([name, label]) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd>
                <Breakable text={properties[name] || '--'} />
              </dd>
            </div>
          ))}
        </dl>
      </header>
      <div className="sf-main sf-box">
        <Tabs names={tabs} chosen={tab} choose={setTab}>
          {tab === 'Activity' && <Timeline crm="salesforce" items={timeline} timeZone={timeZone} />}
          {tab === 'Details' && (
            <Properties crm="salesforce" record={record.data} timeZone={timeZone} refresh={sandbox.refresh} />
          )}
          {tab === 'Flow' && <Workflow crm="salesforce" sandbox={sandbox} person={person} />}
        </Tabs>
      </div>
      <div className="sf-side sf-box">
        <ComponentFrame {...host} component="salesosCard" title="SalesOS card" recordId={person.recordIds.salesforce} />
      </div>
    </div>
  );
}
