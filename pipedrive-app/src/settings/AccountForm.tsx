import type { SettingsView } from '@salesos/shared/cards.ts';
import { type TrackingLevel, timeZones, trackingLevels } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { RadioList, Select, TextArea } from '../parts/fields.tsx';

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
    <section className="stack">
      <h2>{settings.accountName}</h2>
      <TextArea
        label="Postal address"
        description="Printed at the end of every sequence mail. The law in many countries asks for it."
        value={postalAddress}
        onChange={setPostalAddress}
        most={500}
        readOnly={readOnly}
        testId="postal-address"
      />
      <RadioList
        label="Tracking"
        value={trackingLevel}
        onChange={(chosen) => {
          const level = trackingLevels.find(({ value }) => value === chosen);
          if (level) setTrackingLevel(level.value);
        }}
        options={trackingLevels}
        disabled={readOnly}
        testId="tracking"
      />
      <Select
        label="Time zone"
        description="Used for people whose record does not say where they are."
        value={timeZone}
        onChange={setTimeZone}
        options={timeZones(settings.timeZone)}
        disabled={readOnly}
        testId="time-zone"
      />
      {settings.canEdit && (
        <p className="row">
          <Button
            kind="primary"
            busy={state.busy}
            disabled={Object.keys(changes).length === 0}
            onClick={() => state.write('/cards/settings/update', changes, 'Settings saved.')}
            testId="save-settings"
          >
            Save settings
          </Button>
        </p>
      )}
    </section>
  );
}
