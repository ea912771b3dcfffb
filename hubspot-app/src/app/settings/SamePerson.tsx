import { Button, Flex, Heading, Link, Text, Tile, ToggleGroup } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { samePersonPolicies } from '@salesos/shared/surface/settings-words.ts';
import type { SettingsState } from '@salesos/shared/surface/use-settings.ts';

/** Whether one address in two CRMs is one person, and the pairs of whom nobody has said so yet. */
export function SamePerson({ settings, state }: { settings: SettingsView; state: SettingsState }) {
  const { samePersonPolicy, samePersonQuestions, canEdit } = settings;
  const readOnly = !canEdit || state.busy;

  function choose(chosen: unknown) {
    const policy = samePersonPolicies.find(({ value }) => value === chosen);
    if (policy && !readOnly)
      void state.write('/cards/settings/update', { samePersonPolicy: policy.value }, 'Settings saved.');
  }

  function answer(questionId: string, isSame: boolean) {
    const said = isSame ? 'They are one person now.' : 'They stay two people.';
    void state.write('/cards/people/same', { questionId, isSame }, said);
  }

  return (
    <Flex direction="column" gap="sm">
      <Heading>Same person in two CRMs</Heading>
      <ToggleGroup
        toggleType="radioButtonList"
        name="same-person"
        label="A person found in two CRMs"
        value={samePersonPolicy}
        onChange={choose}
        options={samePersonPolicies.map((policy) => ({ ...policy, readOnly }))}
        testId="same-person"
      />
      {samePersonQuestions.map(({ id, address, people }) => (
        <Tile key={id} testId={`same-${id}`}>
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'demibold' }}>{`Is ${address} one person?`}</Text>
            {people.map(({ crm, crmName, name, url }) => (
              <Link key={`${crm} ${url}`} href={{ url, external: true }}>
                {`${name} in ${crmName}`}
              </Link>
            ))}
            {canEdit && (
              <Flex gap="sm">
                <Button size="xs" disabled={state.busy} onClick={() => answer(id, true)} testId={`one-${id}`}>
                  Yes, one person
                </Button>
                <Button size="xs" disabled={state.busy} onClick={() => answer(id, false)} testId={`two-${id}`}>
                  No, two people
                </Button>
              </Flex>
            )}
          </Flex>
        </Tile>
      ))}
    </Flex>
  );
}
