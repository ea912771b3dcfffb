/** Selects, checkboxes, radios and toggles. */
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Field, type FieldProps } from './inputs.tsx';

type Value = string | number | boolean;
type Option = {
  label: string;
  value: Value;
  description?: string;
  readonly?: boolean;
  readOnly?: boolean;
  initialIsChecked?: boolean;
};

/** What was chosen shows at once, before the card has heard of it; a new value from the card replaces it. */
function useChoice<T>(value: T | undefined, initial: T) {
  const [choice, setChoice] = useState(value ?? initial);
  const given = JSON.stringify(value);
  useEffect(() => {
    if (given !== undefined) setChoice(JSON.parse(given));
  }, [given]);
  return [choice, setChoice] as const;
}

interface SelectProps extends FieldProps {
  value?: Value;
  options?: Option[];
  onChange?: (value: Value) => void;
  variant?: string;
}
export function Select({ value, options = [], onChange, variant = 'input', ...props }: SelectProps) {
  const [choice, setChoice] = useChoice<Value | undefined>(value, undefined);
  const index = options.findIndex((option) => option.value === choice);
  return (
    <Field
      {...props}
      control={(ties) => (
        <select
          {...ties}
          className="hs-input"
          data-variant={variant}
          name={props.name}
          disabled={props.readOnly}
          value={index}
          onChange={(event) => {
            const option = options[Number(event.target.value)];
            if (!option) return;
            setChoice(option.value);
            onChange?.(option.value);
          }}
        >
          {index < 0 && <option value={-1}>{props.placeholder ?? 'Select'}</option>}
          {options.map((option, position) => (
            <option key={String(option.value)} value={position}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    />
  );
}

interface CheckboxProps {
  value?: string;
  checked?: boolean;
  initialIsChecked?: boolean;
  readonly?: boolean;
  readOnly?: boolean;
  description?: string;
  name?: string;
  inline?: boolean;
  onChange?: (checked: boolean, value: string) => void;
  children?: ReactNode;
  'aria-label'?: string;
}
function Tick({
  kind,
  value = '',
  checked,
  initialIsChecked = false,
  readonly,
  readOnly,
  description,
  name,
  onChange,
  children,
  ...props
}: CheckboxProps & { kind: 'checkbox' | 'radio' }) {
  const [on, setOn] = useChoice(checked, initialIsChecked);
  return (
    <label className="hs-tick">
      <input
        type={kind}
        name={name}
        value={value}
        checked={on}
        disabled={readonly || readOnly}
        aria-label={props['aria-label']}
        onChange={(event) => {
          setOn(event.target.checked);
          onChange?.(event.target.checked, value);
        }}
      />
      <span>
        {children}
        {description && <small>{description}</small>}
      </span>
    </label>
  );
}
export const Checkbox = (props: CheckboxProps) => <Tick {...props} kind="checkbox" />;
export const RadioButton = (props: CheckboxProps) => <Tick {...props} kind="radio" />;

interface ToggleProps {
  checked?: boolean;
  initialIsChecked?: boolean;
  readonly?: boolean;
  readOnly?: boolean;
  name?: string;
  label: string;
  labelDisplay?: string;
  onChange?: (checked: boolean) => void;
  textChecked?: string;
  textUnchecked?: string;
  size?: string;
}
export function Toggle({
  checked,
  initialIsChecked = false,
  readonly,
  readOnly,
  name,
  label,
  labelDisplay = 'inline',
  onChange,
  textChecked,
  textUnchecked,
}: ToggleProps) {
  const [on, setOn] = useChoice(checked, initialIsChecked);
  return (
    <label className="hs-toggle" data-label={labelDisplay}>
      <span className={labelDisplay === 'hidden' ? 'visually-hidden' : undefined}>{label}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        name={name}
        checked={on}
        disabled={readonly || readOnly}
        onChange={(event) => {
          setOn(event.target.checked);
          onChange?.(event.target.checked);
        }}
      />
      {(on ? textChecked : textUnchecked) && <span aria-hidden="true">{on ? textChecked : textUnchecked}</span>}
    </label>
  );
}

interface GroupProps extends FieldProps {
  toggleType?: 'checkboxList' | 'radioButtonList';
  options?: Option[];
  value?: string | string[];
  inline?: boolean;
  onChange?: (value: string | string[]) => void;
}
export function ToggleGroup({
  toggleType = 'checkboxList',
  options = [],
  value,
  inline,
  onChange,
  ...props
}: GroupProps) {
  const many = toggleType === 'checkboxList';
  const initial = options.filter((option) => option.initialIsChecked).map((option) => String(option.value));
  const [chosen, setChosen] = useChoice(value === undefined ? undefined : [value].flat(), initial);
  const name = useId();
  const toggle = (option: string, on: boolean) => {
    const next = many ? [...chosen.filter((other) => other !== option), ...(on ? [option] : [])] : [option];
    setChosen(next);
    onChange?.(many ? next : option);
  };
  return (
    <fieldset className="hs-group" data-inline={inline || undefined} data-error={props.error || undefined}>
      {props.label && (
        <legend>
          {props.label}
          {props.required && (
            <span className="hs-required" aria-hidden="true">
              {' '}
              *
            </span>
          )}
        </legend>
      )}
      {options.map((option) => (
        <Tick
          key={String(option.value)}
          kind={many ? 'checkbox' : 'radio'}
          name={many ? String(option.value) : name}
          value={String(option.value)}
          checked={chosen.includes(String(option.value))}
          readOnly={option.readOnly ?? option.readonly ?? false}
          {...(option.description ? { description: option.description } : {})}
          onChange={(on) => toggle(String(option.value), on)}
        >
          {option.label}
        </Tick>
      ))}
      {props.validationMessage && <div className="hs-validation">{props.validationMessage}</div>}
    </fieldset>
  );
}

interface MultiSelectProps extends FieldProps {
  value?: Value[];
  options?: Option[];
  onChange?: (value: Value[]) => void;
}
export const MultiSelect = ({ value, options = [], onChange, ...props }: MultiSelectProps) => (
  <ToggleGroup
    {...props}
    options={options}
    {...(value ? { value: value.map(String) } : {})}
    onChange={(chosen) =>
      onChange?.(options.filter((option) => chosen.includes(String(option.value))).map((option) => option.value))
    }
  />
);
