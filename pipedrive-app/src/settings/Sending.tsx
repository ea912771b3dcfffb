import type { SettingsView } from '@salesos/shared/cards.ts';
import { sendingForm } from '@salesos/shared/surface/account-forms.ts';
import { sendingStatuses } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { settingsWords } from '@salesos/shared/wording.ts';
import { Button } from '../parts/Button.tsx';
import { Tag } from '../parts/Tag.tsx';
import { SettingsForm } from './SettingsForm.tsx';

type SendingView = SettingsView['sending'];

/** Limits over all mailboxes, the name in links, and whether the sending domains are set up. */
export function Sending({ sending, canEdit, state }: { sending: SendingView; canEdit: boolean; state: SettingsState }) {
  return (
    <section className="stack">
      <h2>{settingsWords.sending}</h2>
      <SettingsForm
        form={sendingForm}
        stored={sending}
        save={(change) => state.write('/cards/settings/update', change, settingsWords.settingsSaved)}
        saveLabel={settingsWords.saveSending}
        busy={state.busy}
        readOnly={!canEdit}
        testId="save-sending"
      />
      {sending.trackingDomain && (
        <Finding state={sending.trackingDomain.state} sentence={sending.trackingDomain.sentence} />
      )}
      {sending.domains.map(({ domain, checkedAt, findings }) => (
        <div key={domain} className="stack">
          <h3>{domain}</h3>
          {!checkedAt && <p>{settingsWords.domainUnchecked}</p>}
          {findings.map(({ what, state: found, sentence, howToFix }) => (
            <Finding key={what} state={found} sentence={howToFix ? `${sentence} ${howToFix}` : sentence} />
          ))}
        </div>
      ))}
      {canEdit && sending.domains.length > 0 && (
        <p className="row">
          <Button
            disabled={state.busy}
            onClick={() => state.write('/cards/settings/check-domains', {}, settingsWords.domainsChecked)}
            testId="check-domains"
          >
            {settingsWords.checkDomains}
          </Button>
        </p>
      )}
    </section>
  );
}

/** What receivers can verify, and what to do. */
function Finding({ state, sentence }: { state: keyof typeof sendingStatuses; sentence: string }) {
  const { label, tone } = sendingStatuses[state];
  return (
    <p className="finding">
      <Tag tone={tone}>{label}</Tag>
      <span>{sentence}</span>
    </p>
  );
}
