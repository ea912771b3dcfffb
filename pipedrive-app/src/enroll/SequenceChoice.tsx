import type { EnrollChoicesState } from '@salesos/shared/surface/use-enroll-choices.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { RadioList, TextField } from '../parts/fields.tsx';
import { LoadFailed } from '../parts/LoadFailed.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { Spinner } from '../parts/Spinner.tsx';

interface Props {
  choices: EnrollChoicesState;
  chosen: string | null;
  onChoose: (sequenceId: string) => void;
}

/** A search box over the published sequences. */
export function SequenceChoice({ choices, chosen, onChoose }: Props) {
  return (
    <>
      <TextField
        type="search"
        label={cardWords.findSequence}
        placeholder={cardWords.searchByName}
        value={choices.query}
        onChange={choices.setQuery}
        testId="sequence-search"
      />
      <Found choices={choices} chosen={chosen} onChoose={onChoose} />
    </>
  );
}

function Found({ choices, chosen, onChoose }: Props) {
  const { sequences, loading, failure, query } = choices;
  if (loading) return <Spinner label={cardWords.lookingForSequences} />;
  if (failure) return <LoadFailed failure={failure} onRetry={choices.reload} />;
  if (sequences.items.length === 0) {
    return (
      <p data-testid="no-sequences">
        {query === '' ? cardWords.noSequences : fill(cardWords.noSuchSequence, { query })}
      </p>
    );
  }
  return (
    <>
      <RadioList
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
