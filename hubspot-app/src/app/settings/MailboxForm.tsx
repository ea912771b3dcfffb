import { Accordion, Alert, Flex, Input, LoadingButton, MultiSelect, Select, TextArea } from '@hubspot/ui-extensions';
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
import { NumberField } from './NumberField.tsx';

interface Props {
  mailbox: SettingsView['mailboxes'][number];
  canEdit: boolean;
  state: SettingsState;
}

type TextName = 'displayName' | 'replyTo' | 'aliases' | 'from' | 'to';

/** How a mailbox sends: how much and when, and what its mails say of the sender. */
export function MailboxForm({ mailbox, canEdit, state }: Props) {
  const [draft, setDraft] = useState(() => draftOf(mailbox));
  const wrong = whatIsWrong(draft);
  const change = wrong ? {} : changeOf(mailbox, draft);
  const set = (part: Partial<MailboxDraft>) => setDraft((before) => ({ ...before, ...part }));
  const text = (name: TextName, label: string, description: string) => (
    <Input
      name={`${name}-${mailbox.id}`}
      label={label}
      description={description}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      onInput={(value) => set({ [name]: value })}
      readOnly={!canEdit}
      testId={`${name}-${mailbox.id}`}
    />
  );

  return (
    <Flex direction="column" gap="sm">
      <Flex gap="sm" wrap="wrap" align="end">
        <NumberField
          name={`cap-${mailbox.id}`}
          label="Most mails a day"
          description="Mails by hand count too."
          min={1}
          max={2000}
          value={draft.dailyCap}
          onChange={(dailyCap) => set({ dailyCap })}
          readOnly={!canEdit}
        />
        <NumberField
          name={`hour-${mailbox.id}`}
          label="Most mails an hour"
          description="Leave it empty for no limit."
          min={1}
          max={1000}
          mayBeEmpty
          value={draft.hourlyCap}
          onChange={(hourlyCap) => set({ hourlyCap })}
          readOnly={!canEdit}
        />
        <NumberField
          name={`spacing-${mailbox.id}`}
          label="Seconds between two mails"
          description="Each gap is a little different, as a person’s would be."
          min={0}
          max={86_400}
          value={draft.spacingSeconds}
          onChange={(spacingSeconds) => set({ spacingSeconds })}
          readOnly={!canEdit}
        />
      </Flex>
      <Accordion title="Name, signature, slow start and working hours" size="small">
        <Flex direction="column" gap="sm">
          {text('displayName', 'Name of the sender', 'People see it beside the address.')}
          <TextArea
            name={`signature-${mailbox.id}`}
            label="Signature"
            description="Stands where a template says {{signature}}, else at the end of the mail."
            value={draft.signature}
            onChange={(signature) => set({ signature })}
            onInput={(signature) => set({ signature })}
            maxLength={2000}
            rows={3}
            readOnly={!canEdit}
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
          <Flex gap="sm" wrap="wrap" align="end">
            <NumberField
              name={`start-${mailbox.id}`}
              label="Slow start: mails on the first day"
              description="Mail providers distrust a mailbox that suddenly sends much. Leave both empty to send at full pace."
              min={1}
              max={1000}
              mayBeEmpty
              value={draft.startPerDay}
              onChange={(startPerDay) => set({ startPerDay })}
              readOnly={!canEdit}
            />
            <NumberField
              name={`add-${mailbox.id}`}
              label="More each day"
              description="Until the daily limit is reached."
              min={1}
              max={500}
              mayBeEmpty
              value={draft.addPerDay}
              onChange={(addPerDay) => set({ addPerDay })}
              readOnly={!canEdit}
            />
          </Flex>
          <Flex gap="sm" wrap="wrap" align="end">
            {text('from', 'Working hours from', 'As in 9:00. Empty: at any hour that suits the recipient.')}
            {text('to', 'until', 'As in 17:00.')}
          </Flex>
          <MultiSelect
            name={`days-${mailbox.id}`}
            label="Working days"
            description="Count with working hours only."
            value={draft.days}
            onChange={(days) => set({ days: chosenDays(days.map(String)) })}
            options={dayChoices}
            readOnly={!canEdit}
            testId={`days-${mailbox.id}`}
          />
          <Select
            name={`zone-${mailbox.id}`}
            label="Time zone of the mailbox"
            description="Its days begin and its working hours are read there."
            value={draft.timeZone}
            onChange={(zone) => set({ timeZone: String(zone) })}
            options={timeZones(mailbox.timeZone)}
            readOnly={!canEdit}
            testId={`zone-${mailbox.id}`}
          />
        </Flex>
      </Accordion>
      {wrong && (
        <Alert title="This cannot be saved yet" variant="warning" testId={`wrong-${mailbox.id}`}>
          {wrong}
        </Alert>
      )}
      {canEdit && (
        <LoadingButton
          size="xs"
          variant="secondary"
          loading={state.busy}
          disabled={wrong !== null || Object.keys(change).length === 0 || state.busy}
          onClick={() =>
            void state.write(
              '/cards/mailboxes/update',
              { mailboxId: mailbox.id, ...change },
              `Saved for ${mailbox.address}.`,
            )
          }
          testId={`save-${mailbox.id}`}
        >
          Save this mailbox
        </LoadingButton>
      )}
    </Flex>
  );
}
