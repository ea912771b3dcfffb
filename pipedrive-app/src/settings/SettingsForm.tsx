import { type FormProps, useForm } from '@salesos/shared/surface/use-form.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { Fields } from './Fields.tsx';

interface Props<Stored, Draft, Change extends object> extends FormProps<Stored, Draft, Change> {
  saveLabel: string;
  kind?: 'primary' | 'plain';
  busy: boolean;
  readOnly: boolean;
  /** As in `-5f2c…`, where the page shows the form more than once. */
  of?: string;
  testId: string;
}

/** A form of the settings: what is wrong is said before it is saved, and what the backend refuses at its fields. */
export function SettingsForm<Stored, Draft, Change extends object>(props: Props<Stored, Draft, Change>) {
  const { form, saveLabel, kind = 'plain', busy, readOnly, of = '', testId } = props;
  const { draft, set, wrong, canSave, refused, submit } = useForm(props);
  const shared = { draft, set, refused, readOnly, of };

  return (
    <>
      <Fields rows={form.rows} {...shared} />
      {form.folded && (
        <details>
          <summary>{form.folded.title}</summary>
          <div className="stack details">
            <Fields rows={form.folded.rows} {...shared} />
          </div>
        </details>
      )}
      {wrong && (
        <Alert title={settingsWords.cannotSave} tone="warning" testId={`wrong${of}`}>
          <p>{wrong}</p>
        </Alert>
      )}
      {!readOnly && (
        <p className="row">
          <Button kind={kind} busy={busy} disabled={!canSave} onClick={submit} testId={testId}>
            {saveLabel}
          </Button>
        </p>
      )}
    </>
  );
}
