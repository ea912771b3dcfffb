import { LoadingSpinner, SearchInput, Text, ToggleGroup } from '@hubspot/ui-extensions';
import type { EnrollChoicesState } from '@salesos/shared/surface/use-enroll-choices.ts';
import { LoadFailed } from './LoadFailed.tsx';
import { MoreButton } from './MoreButton.tsx';

interface Props {
  choices: EnrollChoicesState;
  chosen: string | null;
  onChoose: (sequenceId: string) => void;
}

/** A search box over the published sequences. */
export function SequenceChoice({ choices, chosen, onChoose }: Props) {
  return (
    <>
      <SearchInput
        name="sequence-search"
        label="Find a sequence"
        placeholder="Search by name"
        value={choices.query}
        onInput={choices.setQuery}
        onChange={choices.setQuery}
        clearable
        testId="sequence-search"
      />
      <Found choices={choices} chosen={chosen} onChoose={onChoose} />
    </>
  );
}

function Found({ choices, chosen, onChoose }: Props) {
  const { sequences, loading, failure } = choices;
  if (loading) return <LoadingSpinner label="Looking for sequences" showLabel />;
  if (failure) return <LoadFailed failure={failure} onRetry={choices.reload} />;
  if (sequences.items.length === 0) {
    return (
      <Text testId="no-sequences">
        {choices.query === ''
          ? 'There is no published sequence yet. Publish one in SalesOS, then come back.'
          : `No published sequence is named like “${choices.query}”.`}
      </Text>
    );
  }
  return (
    <>
      <ToggleGroup
        toggleType="radioButtonList"
        name="sequence"
        label="Sequence"
        value={chosen ?? ''}
        onChange={onChoose}
        options={sequences.items.map(({ id, name, description }) => ({ value: id, label: name, description }))}
        testId="sequence"
      />
      <MoreButton label="Show more sequences" {...sequences} />
    </>
  );
}
