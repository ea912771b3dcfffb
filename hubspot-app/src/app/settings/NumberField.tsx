import { NumberInput } from '@hubspot/ui-extensions';
import { isWhole } from '@salesos/shared/surface/mailbox-draft.ts';

interface Props {
  name: string;
  label: string;
  description: string;
  min: number;
  max: number;
  /** Null is an empty field; it means "no limit" where `mayBeEmpty`. */
  value: number | null;
  mayBeEmpty?: boolean;
  onChange: (value: number | null) => void;
  readOnly: boolean;
}

/** A whole number between two bounds; what is wrong with it is said below it. */
export function NumberField({ name, label, description, min, max, value, mayBeEmpty, onChange, readOnly }: Props) {
  const wrong = !isWhole(value, min, max, mayBeEmpty);
  return (
    <NumberInput
      name={name}
      label={label}
      description={description}
      min={min}
      max={max}
      {...(value === null ? {} : { value })}
      onChange={(given) => onChange(Number.isFinite(given) ? given : null)}
      readOnly={readOnly}
      error={wrong}
      validationMessage={wrong ? `A whole number from ${min} to ${max}${mayBeEmpty ? ', or nothing' : ''}.` : ''}
      testId={name}
    />
  );
}
