import { Flex, Input, MultiSelect, NumberInput, Select, TextArea } from '@hubspot/ui-extensions';
import { type Field, type Rows, wrongNumber } from '@salesos/shared/surface/fields.ts';
import { chosenDays, dayChoices } from '@salesos/shared/surface/mailbox-draft.ts';
import { timeZones } from '@salesos/shared/surface/settings-words.ts';
import { RadioList } from './RadioList.tsx';

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
      <Flex key={row[0]?.key} gap="sm" wrap="wrap" align="end">
        {fields}
      </Flex>
    );
  });
}

function OneField<Draft>({ field, draft, set, refused, readOnly, of }: Props<Draft> & { field: Field<Draft> }) {
  const { key, label, description } = field;
  const change = (value: unknown) => set({ [key]: value } as Partial<Draft>);
  const named = { name: `${key}${of}`, testId: `${key}${of}`, label, description, readOnly };
  const faulty = (message: string | null | undefined) => ({ error: !!message, validationMessage: message ?? '' });
  const value = draft[key];
  const text = { ...named, ...faulty(refused[key]), value: String(value), onChange: change };

  switch (field.kind) {
    case 'number':
      return (
        <NumberInput
          {...named}
          {...faulty(wrongNumber(field, value as number | null) ?? refused[key])}
          min={field.min}
          max={field.max}
          {...(value === null ? {} : { value: Number(value) })}
          onChange={(given) => change(Number.isFinite(given) ? given : null)}
        />
      );
    case 'text':
      return <Input {...text} onInput={change} />;
    case 'long text':
      return <TextArea {...text} onInput={change} maxLength={field.mostCharacters} rows={3} />;
    case 'time zone':
      return <Select {...text} onChange={(zone) => change(String(zone))} options={timeZones(text.value)} />;
    case 'working days':
      return (
        <MultiSelect
          {...named}
          {...faulty(refused[key])}
          value={value as string[]}
          onChange={(days) => change(chosenDays(days.map(String)))}
          options={dayChoices}
        />
      );
    case 'choice':
      return (
        <RadioList
          name={named.name}
          label={label}
          value={text.value}
          onChange={change}
          options={field.options}
          readOnly={readOnly}
        />
      );
  }
}
