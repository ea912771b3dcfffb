import { EmptyState, Flex, LoadingButton, Text, Tile } from '@hubspot/ui-extensions';
import type { ContactCard } from '@salesos/shared/cards.ts';
import type { ContactCardState } from '@salesos/shared/surface/use-contact-card.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';

/** What a person has to do before a sequence goes on. */
export function TaskList({
  tasks,
  state,
  dates,
}: {
  tasks: ContactCard['tasks'];
  state: ContactCardState;
  dates: DateStyle;
}) {
  if (tasks.length === 0) {
    return (
      <EmptyState title={cardWords.nothingToDo} layout="vertical" imageName="task" testId="no-tasks">
        <Text>{cardWords.nothingToDoText}</Text>
      </EmptyState>
    );
  }
  return (
    <Flex direction="column" gap="sm">
      {tasks.map((task) => (
        <Tile key={task.id} compact testId={`task-${task.id}`}>
          <Flex direction="column" gap="xs">
            <Text format={{ fontWeight: 'demibold' }}>{task.title}</Text>
            {task.note && <Text>{task.note}</Text>}
            <Text variant="microcopy">{fill(cardWords.due, { when: when(task.dueAt, dates) })}</Text>
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={state.busy === `/cards/tasks/complete:${task.id}`}
              disabled={state.busy !== null}
              onClick={() => void state.completeTask(task.id)}
              testId={`complete-${task.id}`}
            >
              {cardWords.markDone}
            </LoadingButton>
          </Flex>
        </Tile>
      ))}
    </Flex>
  );
}
