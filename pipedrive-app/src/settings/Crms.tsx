import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { mailLoggings, samePersonPolicies, waysToConnect } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { fill, settingsWords } from '@salesos/shared/wording.ts';
import { Button } from '../parts/Button.tsx';
import { RadioList } from '../parts/fields.tsx';
import { Crm } from './Crm.tsx';
import { OpenInTab } from './OpenInTab.tsx';

interface Props {
  settings: SettingsView;
  state: SettingsState;
  api: SalesosApi;
}

/** The CRMs that share this account, and whether one address in two of them is one person. */
export function Crms({ settings, state, api }: Props) {
  const { crms, canEdit, samePersonPolicy, samePersonQuestions, mailLogging } = settings;
  const ways = waysToConnect(crms);
  const answer = (questionId: string, isSame: boolean) =>
    state.write(
      '/cards/people/same',
      { questionId, isSame },
      isSame ? settingsWords.onePerson : settingsWords.twoPeople,
    );

  return (
    <section className="stack">
      <h2>{settingsWords.crms}</h2>
      {crms.map((crm) => (
        <Crm key={crm.id} crm={crm} canEdit={canEdit} state={state} api={api} />
      ))}
      {canEdit && ways.length > 0 && (
        <OpenInTab
          failedTitle={settingsWords.crmRefused}
          ways={ways}
          ask={({ request }) => api('/cards/crms/connect', request)}
        />
      )}
      {mailLogging && (
        <RadioList
          label={settingsWords.mailLogging}
          value={mailLogging}
          onChange={(chosen) => {
            const way = mailLoggings.find(({ value }) => value === chosen);
            if (way)
              void state.write('/cards/settings/update', { mailLogging: way.value }, settingsWords.settingsSaved);
          }}
          options={mailLoggings}
          disabled={!canEdit || state.busy}
          testId="mail-logging"
        />
      )}
      <RadioList
        label={settingsWords.samePersonPolicy}
        value={samePersonPolicy}
        onChange={(chosen) => {
          const policy = samePersonPolicies.find(({ value }) => value === chosen);
          if (policy)
            void state.write('/cards/settings/update', { samePersonPolicy: policy.value }, settingsWords.settingsSaved);
        }}
        options={samePersonPolicies}
        disabled={!canEdit || state.busy}
        testId="same-person-policy"
      />
      {samePersonQuestions.map(({ id, address, people }) => (
        <article key={id} className="tile" data-testid={`same-${id}`}>
          <strong>{fill(settingsWords.samePersonQuestion, { address })}</strong>
          <ul className="plain">
            {people.map((person) => (
              <li key={person.url}>
                <a href={person.url} target="_blank" rel="noopener noreferrer">
                  {fill(settingsWords.personInCrm, { name: person.name, crm: person.crmName })}
                </a>
              </li>
            ))}
          </ul>
          {canEdit && (
            <p className="row">
              <Button busy={state.busy} onClick={() => answer(id, true)}>
                {settingsWords.isOnePerson}
              </Button>
              <Button busy={state.busy} onClick={() => answer(id, false)}>
                {settingsWords.areTwoPeople}
              </Button>
            </p>
          )}
        </article>
      ))}
    </section>
  );
}
