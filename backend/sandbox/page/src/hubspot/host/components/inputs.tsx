/** Text-like inputs and the form around them. As in HubSpot, `onInput` follows each key and `onChange` the leaving of the field. */
import {
  type FormEvent,
  type InputHTMLAttributes,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useState,
} from 'react';
import { useReactions } from '../overlays.tsx';
import { extensionEvent, type Handler } from './shared.ts';

export interface FieldProps {
  label?: string;
  name?: string;
  required?: boolean;
  readOnly?: boolean;
  description?: string;
  tooltip?: string;
  placeholder?: string;
  error?: boolean;
  validationMessage?: string;
}

/** Label, description and message around one control. `control` receives the attributes that tie them together. */
export function Field({
  label,
  required,
  description,
  tooltip,
  error,
  validationMessage,
  control,
}: FieldProps & {
  control: (ties: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
    required: boolean | undefined;
  }) => ReactNode;
}) {
  const id = useId();
  const note = [description, validationMessage].filter(Boolean).length > 0 ? `${id}-note` : undefined;
  return (
    <div className="hs-field" data-error={error || undefined}>
      {label && (
        <label htmlFor={id} title={tooltip}>
          {label}
          {required && (
            <span className="hs-required" aria-hidden="true">
              {' '}
              *
            </span>
          )}
        </label>
      )}
      {control({ id, 'aria-describedby': note, 'aria-invalid': error || undefined, required })}
      {note && (
        <div id={note} className="hs-field-note">
          {description && <div>{description}</div>}
          {validationMessage && <div className="hs-validation">{validationMessage}</div>}
        </div>
      )}
    </div>
  );
}

export function Form({
  onSubmit,
  preventDefault = true,
  autoComplete,
  children,
}: {
  onSubmit?: Handler;
  preventDefault?: boolean;
  autoComplete?: string;
  children?: ReactNode;
}) {
  const reactions = useReactions();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    if (preventDefault !== undefined) event.preventDefault(); // a real submission would leave the page
    const targetValue = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
    );
    void onSubmit?.(extensionEvent(event, { targetValue }), reactions);
  };
  return (
    <form className="hs-form" onSubmit={submit} autoComplete={autoComplete}>
      {children}
    </form>
  );
}

/** The draft lives here so that typing never waits for the worker; a new value from the card replaces it. */
function useDraft(value: string | undefined, initial: string | undefined) {
  const [draft, setDraft] = useState(value ?? initial ?? '');
  useEffect(() => {
    if (value !== undefined) setDraft(value);
  }, [value]);
  return [draft, setDraft] as const;
}

interface Callbacks<T> {
  onChange?: (value: T) => void;
  onInput?: (value: T) => void;
  onBlur?: (value: T) => void;
  onFocus?: (value: T) => void;
}
type TextProps = FieldProps & Callbacks<string> & { value?: string; defaultValue?: string };

function useTextControl({ value, defaultValue, onChange, onInput, onBlur, onFocus }: TextProps) {
  const [draft, setDraft] = useDraft(value, defaultValue);
  const type = (next: string) => {
    setDraft(next);
    onInput?.(next);
  };
  return {
    draft,
    type,
    commit: () => onChange?.(draft),
    bind: {
      value: draft,
      onChange: (event: { target: { value: string } }) => type(event.target.value),
      onFocus: () => onFocus?.(draft),
      onBlur: () => {
        onChange?.(draft);
        onBlur?.(draft);
      },
    },
  };
}

/** A field of one line. `around` draws what stands beside the input; the other attributes are the input's own. */
function LineField({
  field,
  around = (input) => input,
  ...attributes
}: { field: FieldProps; around?: (input: ReactNode) => ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const { name, placeholder, readOnly } = field;
  const own = { name, placeholder, readOnly, ...attributes };
  return <Field {...field} control={(ties) => around(<input className="hs-input" {...ties} {...own} />)} />;
}

export function Input({ type = 'text', ...props }: TextProps & { type?: string }) {
  const text = useTextControl(props);
  const commit = (event: KeyboardEvent) => event.key === 'Enter' && text.commit();
  return <LineField field={props} {...text.bind} type={type} onKeyDown={commit} />;
}

export function SearchInput({ clearable = true, ...props }: TextProps & { clearable?: boolean }) {
  const text = useTextControl(props);
  const clear = () => {
    text.type('');
    props.onChange?.('');
  };
  return (
    <LineField
      field={props}
      {...text.bind}
      type="search"
      aria-label={props.label ? undefined : 'Search'}
      placeholder={props.placeholder ?? 'Search'}
      around={(input) => (
        <span className="hs-search">
          {input}
          {clearable && text.draft && (
            <button type="button" aria-label="Clear" onClick={clear}>
              ×
            </button>
          )}
        </span>
      )}
    />
  );
}

export function TextArea({
  rows = 3,
  maxLength,
  resize = 'vertical',
  ...props
}: TextProps & { rows?: number; maxLength?: number; resize?: 'vertical' | 'horizontal' | 'both' | 'none' }) {
  const text = useTextControl(props);
  return (
    <Field
      {...props}
      control={(ties) => (
        <textarea
          {...ties}
          {...text.bind}
          className="hs-input"
          style={{ resize }}
          rows={rows}
          maxLength={maxLength}
          name={props.name}
          placeholder={props.placeholder}
          readOnly={props.readOnly}
        />
      )}
    />
  );
}

interface NumberProps extends FieldProps, Callbacks<number> {
  value?: number;
  defaultValue?: number;
  min?: number;
  max?: number;
  stepSize?: number;
  precision?: number;
  formatStyle?: string;
  currency?: string;
}
export function NumberInput({ value, defaultValue, onChange, onInput, onBlur, onFocus, ...props }: NumberProps) {
  const pass = (then?: (value: number) => void) => (text: string) =>
    text !== '' && Number.isFinite(Number(text)) && then?.(Number(text));
  const text = useTextControl({
    value: value === undefined ? undefined : String(value),
    defaultValue: defaultValue === undefined ? undefined : String(defaultValue),
    onChange: pass(onChange),
    onInput: pass(onInput),
    onBlur: pass(onBlur),
    onFocus: pass(onFocus),
  });
  const unit = props.formatStyle === 'percentage' ? '%' : props.currency;
  return (
    <LineField
      field={props}
      {...text.bind}
      type="number"
      min={props.min}
      max={props.max}
      step={props.stepSize ?? 'any'}
      around={(input) => (
        <span className="hs-number">
          {input}
          {unit && <span>{unit}</span>}
        </span>
      )}
    />
  );
}

const two = (value: number) => String(value).padStart(2, '0');
interface DayProps extends FieldProps, Callbacks<{ year: number; month: number; date: number; formattedDate: string }> {
  value?: { year: number; month: number; date: number } | null;
  defaultValue?: { year: number; month: number; date: number } | null;
  min?: { year: number; month: number; date: number };
  max?: { year: number; month: number; date: number };
}
/** HubSpot counts months from 0. */
export function DateInput({ value, defaultValue, min, max, onChange, onBlur, ...props }: DayProps) {
  const text = (day: DayProps['value']) => (day ? `${day.year}-${two(day.month + 1)}-${two(day.date)}` : undefined);
  const [draft, setDraft] = useDraft(text(value), text(defaultValue));
  const choose = (next: string) => {
    setDraft(next);
    const [year, month, date] = next.split('-').map(Number);
    if (year && month && date) onChange?.({ year, month: month - 1, date, formattedDate: next });
  };
  return (
    <LineField
      field={props}
      type="date"
      value={draft}
      min={text(min)}
      max={text(max)}
      onChange={(event) => choose(event.target.value)}
    />
  );
}

interface HourProps extends FieldProps {
  value?: { hours: number; minutes: number } | null;
  defaultValue?: { hours: number; minutes: number } | null;
  onChange?: (time: { hours: number; minutes: number }) => void;
  interval?: number;
}
export function TimeInput({ value, defaultValue, onChange, interval = 30, ...props }: HourProps) {
  const text = (time: HourProps['value']) => (time ? `${two(time.hours)}:${two(time.minutes)}` : undefined);
  const [draft, setDraft] = useDraft(text(value), text(defaultValue));
  const choose = (next: string) => {
    setDraft(next);
    const [hours, minutes] = next.split(':').map(Number);
    if (hours !== undefined && minutes !== undefined && Number.isFinite(minutes)) onChange?.({ hours, minutes });
  };
  return (
    <LineField
      field={props}
      type="time"
      value={draft}
      step={interval * 60}
      onChange={(event) => choose(event.target.value)}
    />
  );
}
