import { LoadingSpinner, SearchInput, Text, ToggleGroup } from '@hubspot/ui-extensions';
import type { EnrollChoicesState } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
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
        label={cardWords.findSequence}
        placeholder={cardWords.searchByName}
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
  if (loading) return <LoadingSpinner label={cardWords.lookingForSequences} showLabel />;
  if (failure) return <LoadFailed failure={failure} onRetry={choices.reload} />;
  if (sequences.items.length === 0) {
    return (
      <Text testId="no-sequences">
        {choices.query === '' ? cardWords.noSequences : fill(cardWords.noSuchSequence, { query: choices.query })}
      </Text>
    );
  }
  return (
    <>
      <ToggleGroup
        toggleType="radioButtonList"
        name="sequence"
        label={cardWords.sequence}
        value={chosen ?? ''}
        onChange={onChoose}
        options={sequences.items.map(({ id, name, description }) => ({ value: id, label: name, description }))}
        testId="sequence"
      />
      <MoreButton label={cardWords.moreSequences} {...sequences} />
    </>
  );
}
