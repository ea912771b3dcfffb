import { type Field, type Rows, wrongNumber } from '@salesos/shared/surface/fields.ts';
import { chosenDays, dayChoices } from '@salesos/shared/surface/mailbox-draft.ts';
import { timeZones } from '@salesos/shared/surface/settings-words.ts';
import { CheckList, NumberField, RadioList, Select, TextArea, TextField } from '../parts/fields.tsx';

interface Props<Draft> {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  /** What the backend said of single fields, by key. */
  refused: Record<string, string>;
  readOnly: boolean;
  /** Set apart from the fields of another form with the same keys. */
  of: string;
}

/** The fields of a form, row by row. */
export function Fields<Draft>({ rows, ...rest }: Props<Draft> & { rows: Rows<Draft> }) {
  return rows.map((row) => {
    const fields = row.map((field) => <OneField key={field.key} field={field} {...rest} />);
    if (fields.length === 1) return fields;
    return (
      <div key={row[0]?.key} className="columns">
        {fields}
      </div>
    );
  });
}

function OneField<Draft>({ field, draft, set, refused, readOnly, of }: Props<Draft> & { field: Field<Draft> }) {
  const { key, label, description } = field;
  const onChange = (value: unknown) => set({ [key]: value } as Partial<Draft>);
  const value = draft[key];
  const shared = { label, description, wrong: refused[key], onChange, testId: `${key}${of}` };
  const text = { ...shared, value: String(value), readOnly };
  const choice = { ...shared, value: text.value, disabled: readOnly };

  switch (field.kind) {
    case 'number': {
      const number = value as number | null;
      const wrong = wrongNumber(field, number) ?? shared.wrong;
      return (
        <NumberField {...shared} wrong={wrong} min={field.min} max={field.max} value={number} readOnly={readOnly} />
      );
    }
    case 'text':
      return <TextField {...text} />;
    case 'long text':
      return <TextArea {...text} most={field.mostCharacters} />;
    case 'time zone':
      return <Select {...choice} options={timeZones(text.value)} />;
    case 'working days':
      return (
        <CheckList
          {...choice}
          values={value as string[]}
          onChange={(days) => onChange(chosenDays(days))}
          options={dayChoices}
        />
      );
    case 'choice':
      return <RadioList {...choice} options={field.options} />;
  }
}
