import { useState } from 'react';
import type { FieldError, RequestFailed } from './api.ts';
import { refusedFields, type SettingsForm } from './fields.ts';

export interface FormProps<Stored, Draft, Change extends object> {
  form: SettingsForm<Stored, Draft, Change>;
  stored: Stored;
  /** Null when it was saved. */
  save: (change: Change) => Promise<RequestFailed | null>;
}

/**
 * A form being filled in. It begins anew when what is stored is another; what the backend refused is said at its fields until
 * one of them is changed.
 */
export function useForm<Stored, Draft, Change extends object>(props: FormProps<Stored, Draft, Change>) {
  const { form, stored, save } = props;
  const [draft, setDraft] = useState(() => form.draftOf(stored));
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const storedDraft = JSON.stringify(form.draftOf(stored));
  const [begunWith, setBegunWith] = useState(storedDraft);
  if (begunWith !== storedDraft) {
    setBegunWith(storedDraft);
    setDraft(form.draftOf(stored));
    setErrors([]);
  }
  const wrong = form.whatIsWrong(draft);
  const change = wrong ? null : form.changeOf(stored, draft);

  return {
    draft,
    set(part: Partial<Draft>) {
      setErrors([]);
      setDraft((before) => ({ ...before, ...part }));
    },
    /** What keeps it from being saved, in a sentence. */
    wrong,
    canSave: change !== null && Object.keys(change).length > 0,
    /** What the backend said of single fields, by key. */
    refused: refusedFields([...form.rows, ...(form.folded?.rows ?? [])], errors),
    async submit() {
      if (change) setErrors((await save(change))?.errors ?? []);
    },
  };
}
