/** Fields with their label, what they are for, and what is wrong with them. */
import type { Choice } from '@salesos/shared/surface/fields.ts';
import { type ReactNode, useId } from 'react';

interface Labelled {
  label: string;
  description?: string | undefined;
  /** What is wrong with what it holds; said below it. */
  wrong?: string | null | undefined;
  testId?: string;
}
interface Text extends Labelled {
  value: string;
  onChange: (value: string) => void;
  readOnly?: boolean;
  most?: number;
}

function Field({ label, description, wrong, draw }: Labelled & { draw: (ids: Ids) => ReactNode }) {
  const id = useId();
  const described = [description && `${id}-about`, wrong && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {draw({ id, 'aria-describedby': described || undefined, 'aria-invalid': !!wrong })}
      <About id={id} description={description} wrong={wrong} />
    </div>
  );
}
interface Ids {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

function About({ id, description, wrong }: Pick<Labelled, 'description' | 'wrong'> & { id: string }) {
  return (
    <>
      {description && (
        <p className="hint" id={`${id}-about`}>
          {description}
        </p>
      )}
      {wrong && (
        <p className="wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </>
  );
}

interface OneLine extends Text {
  type?: 'text' | 'search';
  placeholder?: string;
}
export function TextField({ value, onChange, readOnly, most, testId, type = 'text', placeholder, ...rest }: OneLine) {
  return (
    <Field
      {...rest}
      draw={(ids) => (
        <input
          {...ids}
          type={type}
          value={value}
          placeholder={placeholder}
          maxLength={most}
          readOnly={readOnly}
          onChange={(event) => onChange(event.target.value)}
          data-testid={testId}
        />
      )}
    />
  );
}

export function TextArea({ value, onChange, readOnly, most, testId, ...rest }: Text) {
  return (
    <Field
      {...rest}
      draw={(ids) => (
        <textarea
          {...ids}
          rows={3}
          value={value}
          maxLength={most}
          readOnly={readOnly}
          onChange={(event) => onChange(event.target.value)}
          data-testid={testId}
        />
      )}
    />
  );
}

interface WholeNumber extends Labelled {
  min: number;
  max: number;
  /** Null is an empty field. */
  value: number | null;
  onChange: (value: number | null) => void;
  readOnly: boolean;
}
export function NumberField({ min, max, value, onChange, readOnly, testId, ...rest }: WholeNumber) {
  return (
    <Field
      {...rest}
      draw={(ids) => (
        <input
          {...ids}
          type="number"
          min={min}
          max={max}
          value={value ?? ''}
          readOnly={readOnly}
          onChange={({ target }) => onChange(target.value === '' ? null : target.valueAsNumber)}
          data-testid={testId}
        />
      )}
    />
  );
}

interface Choosing extends Labelled {
  value: string;
  onChange: (value: string) => void;
  options: Choice[];
  disabled?: boolean;
}
export function Select({ value, onChange, options, disabled, testId, ...rest }: Choosing) {
  return (
    <Field
      {...rest}
      draw={(ids) => (
        <select
          {...ids}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          data-testid={testId}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    />
  );
}

export function RadioList({ label, value, onChange, options, disabled, testId }: Choosing) {
  const name = useId();
  return (
    <fieldset className="radios" disabled={disabled} data-testid={testId}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.description && <small>{option.description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ChoosingSome extends Omit<Choosing, 'value' | 'onChange'> {
  values: readonly string[];
  onChange: (values: string[]) => void;
}
export function CheckList(props: ChoosingSome) {
  const { label, description, wrong, values, onChange, options, disabled, testId } = props;
  const id = useId();
  const toggle = (value: string) =>
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
  return (
    <fieldset
      className="radios"
      disabled={disabled}
      aria-describedby={description && `${id}-about`}
      data-testid={testId}
    >
      <legend>{label}</legend>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input type="checkbox" checked={values.includes(value)} onChange={() => toggle(value)} />
          <span>{label}</span>
        </label>
      ))}
      <About id={id} description={description} wrong={wrong} />
    </fieldset>
  );
}
