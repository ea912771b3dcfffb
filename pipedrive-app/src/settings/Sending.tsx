import type { SettingsView } from '@salesos/shared/cards.ts';
import { isWhole } from '@salesos/shared/surface/mailbox-draft.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { NumberField, TextField } from '../parts/fields.tsx';
import { Tag } from '../parts/Tag.tsx';

type SendingView = SettingsView['sending'];

const states = {
  good: { label: 'Good', tone: 'success' },
  problem: { label: 'To mend', tone: 'danger' },
  unknown: { label: 'Not known', tone: 'neutral' },
  verified: { label: 'In use', tone: 'success' },
  pending: { label: 'Waiting for DNS', tone: 'warning' },
  lost: { label: 'Not in use', tone: 'danger' },
} as const;
const most = 1_000_000;

/** Limits over all mailboxes, the name in links, and whether the sending domains are set up. */
export function Sending({ sending, canEdit, state }: { sending: SendingView; canEdit: boolean; state: SettingsState }) {
  const [accountDailyCap, setAccountDailyCap] = useState(sending.accountDailyCap);
  const [recipientDomainDailyCap, setDomainCap] = useState(sending.recipientDomainDailyCap);
  const [host, setHost] = useState(sending.trackingDomain?.host ?? '');
  const trackingDomain = host.trim() || null;
  const change = {
    ...(accountDailyCap === sending.accountDailyCap ? {} : { accountDailyCap }),
    ...(recipientDomainDailyCap === sending.recipientDomainDailyCap ? {} : { recipientDomainDailyCap }),
    ...(trackingDomain === (sending.trackingDomain?.host ?? null) ? {} : { trackingDomain }),
  };
  const wrong = !isWhole(accountDailyCap, 1, most, true) || !isWhole(recipientDomainDailyCap, 1, most, true);
  const bounds = { min: 1, max: most, mayBeEmpty: true, readOnly: !canEdit };

  return (
    <section className="stack">
      <h2>Sending and deliverability</h2>
      <div className="columns">
        <NumberField
          {...bounds}
          label="Most mails a day from all mailboxes"
          description="Leave it empty for no limit of its own."
          value={accountDailyCap}
          onChange={setAccountDailyCap}
          testId="account-cap"
        />
        <NumberField
          {...bounds}
          label="Most mails a day to one company"
          description="Many mails to one company at once look like spam to its mail server."
          value={recipientDomainDailyCap}
          onChange={setDomainCap}
          testId="domain-cap"
        />
      </div>
      <TextField
        label="Your own name in links"
        description="A subdomain of yours, as in links.yourcompany.com. Links in mails then show your name instead of ours."
        value={host}
        onChange={setHost}
        readOnly={!canEdit}
        testId="tracking-domain"
      />
      {sending.trackingDomain && (
        <Finding state={sending.trackingDomain.state} sentence={sending.trackingDomain.sentence} />
      )}
      {canEdit && (
        <p className="row">
          <Button
            busy={state.busy}
            disabled={Object.keys(change).length === 0 || wrong}
            onClick={() => state.write('/cards/settings/update', change, 'Settings saved.')}
            testId="save-sending"
          >
            Save sending
          </Button>
        </p>
      )}
      {sending.domains.map(({ domain, checkedAt, findings }) => (
        <div key={domain} className="stack">
          <h3>{domain}</h3>
          {!checkedAt && <p>It is being checked; press Refresh in a minute.</p>}
          {findings.map(({ what, state: found, sentence, howToFix }) => (
            <Finding key={what} state={found} sentence={howToFix ? `${sentence} ${howToFix}` : sentence} />
          ))}
        </div>
      ))}
      {canEdit && sending.domains.length > 0 && (
        <p className="row">
          <Button
            disabled={state.busy}
            onClick={() =>
              state.write('/cards/settings/check-domains', {}, 'Checked within a minute: press Refresh then.')
            }
            testId="check-domains"
          >
            Check the domains again
          </Button>
        </p>
      )}
    </section>
  );
}

/** What receivers can verify, and what to do. */
function Finding({ state, sentence }: { state: keyof typeof states; sentence: string }) {
  return (
    <p className="finding">
      <Tag tone={states[state].tone}>{states[state].label}</Tag>
      <span>{sentence}</span>
    </p>
  );
}
