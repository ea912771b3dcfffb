/** The CRM half: which CRM, which of its records or the settings, and that CRM in its own look. */
import type { CrmName, SandboxContact } from '../../../page-api.ts';
import { HubSpot } from '../hubspot/hubspot.tsx';
import { Pipedrive } from '../pipedrive/pipedrive.tsx';
import { Salesforce } from '../salesforce/salesforce.tsx';
import type { Sandbox } from '../use-sandbox.ts';
import type { Place } from './place.ts';
import { crmWords } from './words.ts';

export interface CrmProps {
  sandbox: Sandbox;
  /** Whose record is open; null shows the settings. */
  person: SandboxContact | null;
  /** Opens a person's record, or with null the settings. */
  show: (recordId: string | null) => void;
}

const crms: Record<CrmName, (props: CrmProps) => React.ReactNode> = {
  hubspot: HubSpot,
  salesforce: Salesforce,
  pipedrive: Pipedrive,
};
const names = Object.keys(crms) as CrmName[];

interface WindowProps {
  sandbox: Sandbox;
  place: Place;
  go: (place: Place) => void;
}

export function CrmWindow({ sandbox, place, go }: WindowProps) {
  const { records } = sandbox.state;
  const { crm, recordId } = place;
  const Crm = crms[crm];
  const show = (next: string | null) => go({ crm, recordId: next });
  return (
    <section className="window crm" data-crm={crm} aria-label="CRM">
      <header className="window-head">
        <h2 className="visually-hidden">The CRM</h2>
        <fieldset className="switch crm-switch" aria-label="Which CRM">
          {names.map((name) => (
            <button
              key={name}
              type="button"
              data-crm={name}
              aria-pressed={crm === name}
              onClick={() => go({ crm: name, recordId })}
            >
              {crmWords[name].name}
              <small>{crmWords[name].surface}</small>
            </button>
          ))}
        </fieldset>
        <fieldset className="switch" aria-label="What the CRM shows">
          {records.map((record) => (
            <button
              key={record.recordId}
              type="button"
              aria-pressed={recordId === record.recordId}
              onClick={() => show(record.recordId)}
            >
              {record.name}
              <small>{record.startsBy === 'card' ? 'Enroll by hand' : `By ${crmWords[crm].workflow}`}</small>
            </button>
          ))}
          <button type="button" aria-pressed={recordId === null} onClick={() => show(null)}>
            Settings
            <small>Mailboxes, address</small>
          </button>
        </fieldset>
      </header>
      <Crm sandbox={sandbox} person={records.find((one) => one.recordId === recordId) ?? null} show={show} />
    </section>
  );
}
