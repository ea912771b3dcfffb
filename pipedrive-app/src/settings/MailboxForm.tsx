import type { SettingsView } from '@salesos/shared/cards.ts';
import {
  changeOf,
  chosenDays,
  dayChoices,
  draftOf,
  type MailboxDraft,
  whatIsWrong,
} from '@salesos/shared/surface/mailbox-draft.ts';
import { timeZones } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';
import { Alert } from '../parts/Alert.tsx';
import { Button } from '../parts/Button.tsx';
import { CheckList, NumberField, Select, TextArea, TextField } from '../parts/fields.tsx';

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
  state: SettingsState;
}

type NumberName = 'dailyCap' | 'hourlyCap' | 'spacingSeconds' | 'startPerDay' | 'addPerDay';
type TextName = 'displayName' | 'replyTo' | 'aliases' | 'from' | 'to';

/** How a mailbox sends: how much and when, and what its mails say of the sender. */
export function MailboxForm({ mailbox, canEdit, state }: Props) {
  const [draft, setDraft] = useState(() => draftOf(mailbox));
  const wrong = whatIsWrong(draft);
  const change = wrong ? {} : changeOf(mailbox, draft);
  const readOnly = !canEdit;
  const set = (part: Partial<MailboxDraft>) => setDraft((before) => ({ ...before, ...part }));
  const text = (name: TextName, label: string, description: string) => (
    <TextField
      label={label}
      description={description}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      readOnly={readOnly}
      testId={`${name}-${mailbox.id}`}
    />
  );
  const number = (
    name: NumberName,
    label: string,
    description: string,
    [min, max]: [number, number],
    empty = false,
  ) => (
    <NumberField
      label={label}
      description={description}
      min={min}
      max={max}
      mayBeEmpty={empty}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      readOnly={readOnly}
      testId={`${name}-${mailbox.id}`}
    />
  );

  return (
    <>
      <div className="columns">
        {number('dailyCap', 'Most mails a day', 'Mails by hand count too.', [1, 2000])}
        {number('hourlyCap', 'Most mails an hour', 'Leave it empty for no limit.', [1, 1000], true)}
        {number(
          'spacingSeconds',
          'Seconds between two mails',
          'Each gap is a little different, as a person’s would be.',
          [0, 86_400],
        )}
      </div>
      <details>
        <summary>Name, signature, slow start and working hours</summary>
        <div className="stack details">
          {text('displayName', 'Name of the sender', 'People see it beside the address.')}
          <TextArea
            label="Signature"
            description="Stands where a template says {{signature}}, else at the end of the mail."
            value={draft.signature}
            onChange={(signature) => set({ signature })}
            most={2000}
            readOnly={readOnly}
            testId={`signature-${mailbox.id}`}
          />
          {text(
            'replyTo',
            'Replies go to',
            'Empty: to this mailbox. It must be a mailbox that is connected here, or a reply would not stop the sequence.',
          )}
          {text(
            'aliases',
            'Other addresses of this person',
            'Mail from them is never taken for a reply of a prospect. Separate them by commas.',
          )}
          <div className="columns">
            {number(
              'startPerDay',
              'Slow start: mails on the first day',
              'Mail providers distrust a mailbox that suddenly sends much. Leave both empty to send at full pace.',
              [1, 1000],
              true,
            )}
            {number('addPerDay', 'More each day', 'Until the daily limit is reached.', [1, 500], true)}
          </div>
          <div className="columns">
            {text('from', 'Working hours from', 'As in 9:00. Empty: at any hour that suits the recipient.')}
            {text('to', 'until', 'As in 17:00.')}
          </div>
          <CheckList
            label="Working days (count with working hours only)"
            values={draft.days}
            onChange={(days) => set({ days: chosenDays(days) })}
            options={dayChoices}
            disabled={readOnly}
            testId={`days-${mailbox.id}`}
          />
          <Select
            label="Time zone of the mailbox"
            description="Its days begin and its working hours are read there."
            value={draft.timeZone}
            onChange={(timeZone) => set({ timeZone })}
            options={timeZones(mailbox.timeZone)}
            disabled={readOnly}
            testId={`zone-${mailbox.id}`}
          />
        </div>
      </details>
      {wrong && (
        <Alert title="This cannot be saved yet" tone="warning" testId={`wrong-${mailbox.id}`}>
          <p>{wrong}</p>
        </Alert>
      )}
      {canEdit && (
        <p className="row">
          <Button
            busy={state.busy}
            disabled={wrong !== null || Object.keys(change).length === 0}
            onClick={() =>
              state.write(
                '/cards/mailboxes/update',
                { mailboxId: mailbox.id, ...change },
                `Saved for ${mailbox.address}.`,
              )
            }
            testId={`save-${mailbox.id}`}
          >
            Save this mailbox
          </Button>
        </p>
      )}
    </>
  );
}
