import { Button, Flex, Heading, Link, Text, Tile } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { samePersonPolicies } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';
import { fill, settingsWords } from '@salesos/shared/wording.ts';
import { RadioList } from './RadioList.tsx';

/** Whether one address in two CRMs is one person, and the pairs of whom nobody has said so yet. */
export function SamePerson({ settings, state }: { settings: SettingsView; state: SettingsState }) {
  const { samePersonPolicy, samePersonQuestions, canEdit } = settings;

  function answer(questionId: string, isSame: boolean) {
    const said = isSame ? settingsWords.onePerson : settingsWords.twoPeople;
    void state.write('/cards/people/same', { questionId, isSame }, said);
  }

  return (
    <Flex direction="column" gap="sm">
      <Heading>{settingsWords.samePerson}</Heading>
      <RadioList
        name="same-person"
        label={settingsWords.samePersonPolicy}
        value={samePersonPolicy}
        onChange={(policy) =>
          void state.write('/cards/settings/update', { samePersonPolicy: policy }, settingsWords.settingsSaved)
        }
        options={samePersonPolicies}
        readOnly={!canEdit || state.busy}
      />
      {samePersonQuestions.map(({ id, address, people }) => (
        <Tile key={id} testId={`same-${id}`}>
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'demibold' }}>{fill(settingsWords.samePersonQuestion, { address })}</Text>
            {people.map(({ crm, crmName, name, url }) => (
              <Link key={`${crm} ${url}`} href={{ url, external: true }}>
                {fill(settingsWords.personInCrm, { name, crm: crmName })}
              </Link>
            ))}
            {canEdit && (
              <Flex gap="sm">
                <Button size="xs" disabled={state.busy} onClick={() => answer(id, true)} testId={`one-${id}`}>
                  {settingsWords.isOnePerson}
                </Button>
                <Button size="xs" disabled={state.busy} onClick={() => answer(id, false)} testId={`two-${id}`}>
                  {settingsWords.areTwoPeople}
                </Button>
              </Flex>
            )}
          </Flex>
        </Tile>
      ))}
    </Flex>
  );
}
