/** The record's properties, in groups; a change lights up for a moment. A person may edit what is not SalesOS's own. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { CrmName, CrmRecord } from '../../../page-api.ts';
import { setProperties } from '../api.ts';
import { Breakable } from '../breakable.tsx';
import { crmWords } from '../crm/words.ts';
import { shortMoment } from '../format.ts';
import { sentence } from '../use-data.ts';

interface PropertiesProps {
  crm: CrmName;
  record: CrmRecord;
  /** The account's, in which its CRM shows dates. */
  timeZone: string;
  refresh: () => void;
}

export function Properties({ crm, record, timeZone, refresh }: PropertiesProps) {
  const { owner, readOnly } = crmWords[crm];
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <div className="properties">
      {record.groups.map((group) => (
        <section key={group.title}>
          <h4>{group.title}</h4>
          <dl>
            {group.fields.map(({ name, label }) => {
              const value = record.properties[name] ?? '';
              return (
                <div key={name}>
                  <dt>{label}</dt>
                  <dd>
                    {editing === name ? (
                      <Edit
                        label={label}
                        value={value}
                        save={(next) => setProperties(crm, record.recordId, { [name]: next })}
                        close={() => {
                          setEditing(null);
                          refresh();
                        }}
                      />
                    ) : (
                      <>
                        <Value text={isInstant(value) ? shortMoment(value, timeZone) : value} />
                        {!/^salesos/i.test(name) && !readOnly.includes(name) && (
                          <button type="button" className="property-edit" onClick={() => setEditing(name)}>
                            Edit<span className="visually-hidden"> {label}</span>
                          </button>
                        )}
                      </>
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
        </section>
      ))}
      {record.ownerName && (
        <p className="record-owner">
          {owner}: {record.ownerName}
        </p>
      )}
    </div>
  );
}

const isInstant = (value: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

export function Value({ text }: { text: string }) {
  const before = useRef(text);
  const [fresh, setFresh] = useState(false);
  useEffect(() => {
    if (before.current === text) return;
    before.current = text;
    setFresh(true);
    const timer = setTimeout(() => setFresh(false), 2_500);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className="property-value" data-fresh={fresh || undefined}>
      {text ? <Breakable text={text} /> : '--'}
    </span>
  );
}

function Edit({
  label,
  value,
  save,
  close,
}: {
  label: string;
  value: string;
  save: (next: string) => Promise<unknown>;
  close: () => void;
}) {
  const [draft, setDraft] = useState(value);
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(draft).then(close, (reason: unknown) => setError(sentence(reason)));
  };
  return (
    <form className="property-form" onSubmit={submit}>
      <input
        ref={(input) => input?.focus()}
        aria-label={label}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <button type="submit" className="crm-button" data-primary>
        Save
      </button>
      <button type="button" className="crm-button" onClick={close}>
        Cancel
      </button>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}
