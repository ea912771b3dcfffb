import { ToggleGroup } from '@hubspot/ui-extensions';
import type { Choice } from '@salesos/shared/surface/fields.ts';

interface Props<Value extends string> {
  name: string;
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: Choice<Value>[];
  readOnly: boolean;
}

/** One choice of a few, each with what follows from it. */
export function RadioList<Value extends string>({ name, label, value, onChange, options, readOnly }: Props<Value>) {
  return (
    <ToggleGroup
      toggleType="radioButtonList"
      name={name}
      label={label}
      value={value}
      onChange={(chosen) => {
        const option = options.find(({ value }) => value === chosen);
        if (option && !readOnly) onChange(option.value);
      }}
      options={options.map((option) => ({ ...option, readOnly }))}
      testId={name}
    />
  );
}
