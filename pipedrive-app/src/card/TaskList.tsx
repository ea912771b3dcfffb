import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Button } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';

interface Props {
  tasks: ContactCard['tasks'];
  state: ContactCardState;
  dates: DateStyle;
}

/** What a person has to do before a sequence goes on. */
export function TaskList({ tasks, state, dates }: Props) {
  if (tasks.length === 0)
    return <Empty title={cardWords.nothingToDo} text={cardWords.nothingToDoText} testId="no-tasks" />;
  return tasks.map((task) => (
    <article key={task.id} className="tile" data-testid={`task-${task.id}`}>
      <strong>{task.title}</strong>
      {task.note && <p>{task.note}</p>}
      <p className="hint">{fill(cardWords.due, { when: when(task.dueAt, dates) })}</p>
      <p className="row">
        <Button
          busy={state.busy === `/cards/tasks/complete:${task.id}`}
          disabled={state.busy !== null}
          onClick={() => state.completeTask(task.id)}
          testId={`complete-${task.id}`}
        >
          {cardWords.markDone}
        </Button>
      </p>
    </article>
  ));
}
