import type { SettingsView } from '@salesos/shared/cards.ts';
import type { SalesosApi } from '@salesos/shared/surface/api.ts';
import { type CrmId, crmNames, mailLoggings, samePersonPolicies } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
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
  const connected = new Set(crms.filter(({ status }) => status === 'connected').map(({ crm }) => crm));
  const others = (Object.keys(crmNames) as CrmId[]).filter((crm) => !connected.has(crm));
  const answer = (questionId: string, isSame: boolean) =>
    state.write('/cards/people/same', { questionId, isSame }, isSame ? 'They are one person now.' : 'They stay two.');

  return (
    <section className="stack">
      <h2>CRMs</h2>
      {crms.map((crm) => (
        <Crm key={crm.id} crm={crm} canEdit={canEdit} state={state} api={api} />
      ))}
      {canEdit && others.length > 0 && (
        <OpenInTab
          failedTitle="The CRM cannot be connected now"
          ways={others.map((id) => ({
            id,
            label: `Connect ${crmNames[id]}`,
            open: `Open ${crmNames[id]} in a new tab`,
            next: `Sign in at ${crmNames[id]} as an admin and allow SalesOS. Then come back and press Refresh.`,
          }))}
          ask={(crm) => api('/cards/crms/connect', { crm })}
        />
      )}
      {mailLogging && (
        <RadioList
          label="Sent mails in Pipedrive"
          value={mailLogging}
          onChange={(chosen) => {
            const way = mailLoggings.find(({ value }) => value === chosen);
            if (way) void state.write('/cards/settings/update', { mailLogging: way.value }, 'Settings saved.');
          }}
          options={mailLoggings}
          disabled={!canEdit || state.busy}
          testId="mail-logging"
        />
      )}
      <RadioList
        label="People in several CRMs"
        value={samePersonPolicy}
        onChange={(chosen) => {
          const policy = samePersonPolicies.find(({ value }) => value === chosen);
          if (policy) void state.write('/cards/settings/update', { samePersonPolicy: policy.value }, 'Settings saved.');
        }}
        options={samePersonPolicies}
        disabled={!canEdit || state.busy}
        testId="same-person-policy"
      />
      {samePersonQuestions.map(({ id, address, people }) => (
        <article key={id} className="tile" data-testid={`same-${id}`}>
          <strong>{`Is ${address} one person?`}</strong>
          <ul className="plain">
            {people.map((person) => (
              <li key={person.url}>
                <a href={person.url} target="_blank" rel="noopener noreferrer">
                  {`${person.name} in ${person.crmName}`}
                </a>
              </li>
            ))}
          </ul>
          {canEdit && (
            <p className="row">
              <Button busy={state.busy} onClick={() => answer(id, true)}>
                Yes, one person
              </Button>
              <Button busy={state.busy} onClick={() => answer(id, false)}>
                No, two people
              </Button>
            </p>
          )}
        </article>
      ))}
    </section>
  );
}
