/** Salesforce: its navigation, a contact's record or the SalesOS setup, toasts, the quick action and the utility bar. */
import { useState } from 'react';
import type { CrmProps } from '../crm/crm-window.tsx';
import { Dialog } from '../crm/dialog.tsx';
import { Notes } from '../crm/notes.tsx';
import { useNotes } from '../crm/use-notes.ts';
import { ComponentFrame, type PageReference, type Toast } from './component-frame.tsx';
import { Record } from './record.tsx';
import { UtilityBar } from './utility-bar.tsx';

export function Salesforce({ sandbox, person, show }: CrmProps) {
  const { records, salesforce } = sandbox.state;
  const { notes, add, remove } = useNotes();
  const [enrolling, setEnrolling] = useState(false);
  const host = {
    sandbox,
    toast: ({ title, message = '', variant = 'info' }: Toast) => add({ title, message, variant }),
    navigate({ attributes: { recordId, url } }: PageReference) {
      const other = records.find(({ recordIds }) => recordIds.salesforce === recordId);
      if (other) show(other.recordId);
      else if (url) window.open(url, '_blank', 'noopener');
    },
  };
  return (
    <>
      <nav className="sf-nav" aria-label="Sales">
        <strong>{salesforce.orgName}</strong>
        <button
          type="button"
          aria-current={person ? 'page' : undefined}
          onClick={() => show(records[0]?.recordId ?? null)}
        >
          Contacts
        </button>
        <button type="button" aria-current={person ? undefined : 'page'} onClick={() => show(null)}>
          SalesOS setup
        </button>
      </nav>
      <div className="crm-body">
        {person ? (
          <Record key={person.recordId} {...host} person={person} enroll={() => setEnrolling(true)} />
        ) : (
          <div className="sf-setup">
            <ComponentFrame {...host} component="salesosSetup" title="SalesOS setup" />
          </div>
        )}
      </div>
      <UtilityBar {...host} />
      <Notes notes={notes} remove={remove} look="sf-toast" />
      {person && enrolling && (
        <Dialog className="crm-dialog sf-action" title="Enroll in sequence" close={() => setEnrolling(false)}>
          <ComponentFrame
            {...host}
            component="salesosEnrollAction"
            title="Enroll in sequence"
            recordId={person.recordIds.salesforce}
            close={() => setEnrolling(false)}
          />
        </Dialog>
      )}
    </>
  );
}
