import { Flex, Heading, LoadingButton, Select, TextArea, ToggleGroup } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { type TrackingLevel, timeZones, trackingLevels } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';

/** Postal address, tracking and time zone of the account, saved together. */
export function AccountForm({ settings, state }: { settings: SettingsView; state: SettingsState }) {
  const [postalAddress, setPostalAddress] = useState(settings.postalAddress ?? '');
  const [trackingLevel, setTrackingLevel] = useState<TrackingLevel>(settings.trackingLevel);
  const [timeZone, setTimeZone] = useState(settings.timeZone);
  const readOnly = !settings.canEdit;
  const changes = {
    ...(postalAddress === (settings.postalAddress ?? '') ? {} : { postalAddress }),
    ...(trackingLevel === settings.trackingLevel ? {} : { trackingLevel }),
    ...(timeZone === settings.timeZone ? {} : { timeZone }),
  };

  return (
    <Flex direction="column" gap="sm">
      <Heading>{settings.accountName}</Heading>
      <TextArea
        name="postal-address"
        label="Postal address"
        description="Printed at the end of every sequence mail. The law in many countries asks for it."
        value={postalAddress}
        onChange={setPostalAddress}
        onInput={setPostalAddress}
        maxLength={500}
        rows={3}
        readOnly={readOnly}
        required
        testId="postal-address"
      />
      <ToggleGroup
        toggleType="radioButtonList"
        name="tracking"
        label="Tracking"
        value={trackingLevel}
        onChange={(chosen) => {
          const level = trackingLevels.find(({ value }) => value === chosen);
          if (level && !readOnly) setTrackingLevel(level.value);
        }}
        options={trackingLevels.map((level) => ({ ...level, readOnly }))}
        testId="tracking"
      />
      <Select
        name="time-zone"
        label="Time zone"
        description="Used for people whose record does not say where they are."
        value={timeZone}
        onChange={(zone) => setTimeZone(String(zone))}
        options={timeZones(settings.timeZone)}
        readOnly={readOnly}
        testId="time-zone"
      />
      {settings.canEdit && (
        <LoadingButton
          variant="primary"
          size="sm"
          loading={state.busy}
          disabled={Object.keys(changes).length === 0 || state.busy}
          onClick={() => void state.write('/cards/settings/update', changes, 'Settings saved.')}
          testId="save-settings"
        >
          Save settings
        </LoadingButton>
      )}
    </Flex>
  );
}
