import { Flex, Heading, StatusTag, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';
import { cardWords, fill, settingsWords } from '@salesos/shared/wording.ts';

/** What is left to do before the first mail, in order. */
export function Checklist({ items }: { items: SettingsView['checklist'] }) {
  const left = items.filter((item) => !item.done).length;
  return (
    <Flex direction="column" gap="xs">
      <Heading>{settingsWords.checklist}</Heading>
      <Text testId="checklist-summary">
        {left === 0 ? settingsWords.ready : fill(settingsWords.stepsLeft, { count: left, all: items.length })}
      </Text>
      {items.map((item) => (
        <Flex key={item.sentence} gap="sm" align="center">
          <StatusTag variant={item.done ? 'success' : 'warning'}>
            {item.done ? cardWords.stepDone : settingsWords.stepToDo}
          </StatusTag>
          <Text>{item.sentence}</Text>
        </Flex>
      ))}
    </Flex>
  );
}
