import { Accordion, Alert, Flex, LoadingButton } from '@hubspot/ui-extensions';
import { type FormProps, useForm } from '@salesos/shared/surface/use-form.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { Fields } from './Fields.tsx';

interface Props<Stored, Draft, Change extends object> extends FormProps<Stored, Draft, Change> {
  saveLabel: string;
  variant?: 'primary' | 'secondary';
  busy: boolean;
  readOnly: boolean;
  /** As in `-5f2c…`, where the page shows the form more than once. */
  of?: string;
  testId: string;
}

/** A form of the settings: what is wrong is said before it is saved, and what the backend refuses at its fields. */
export function SettingsForm<Stored, Draft, Change extends object>(props: Props<Stored, Draft, Change>) {
  const { form, saveLabel, variant = 'secondary', busy, readOnly, of = '', testId } = props;
  const { draft, set, wrong, canSave, refused, submit } = useForm(props);
  const shared = { draft, set, refused, readOnly, of };

  return (
    <Flex direction="column" gap="sm">
      <Fields rows={form.rows} {...shared} />
      {form.folded && (
        <Accordion title={form.folded.title} size="small">
          <Flex direction="column" gap="sm">
            <Fields rows={form.folded.rows} {...shared} />
          </Flex>
        </Accordion>
      )}
      {wrong && (
        <Alert title={settingsWords.cannotSave} variant="warning" testId={`wrong${of}`}>
          {wrong}
        </Alert>
      )}
      {!readOnly && (
        <LoadingButton
          size="sm"
          variant={variant}
          loading={busy}
          disabled={!canSave || busy}
          onClick={() => void submit()}
          testId={testId}
        >
          {saveLabel}
        </LoadingButton>
      )}
    </Flex>
  );
}
