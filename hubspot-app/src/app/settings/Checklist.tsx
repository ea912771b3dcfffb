import { Flex, Heading, StatusTag, Text } from '@hubspot/ui-extensions';
import type { SettingsView } from '@salesos/shared/cards.ts';

/** What is left to do before the first mail, in order. */
export function Checklist({ items }: { items: SettingsView['checklist'] }) {
  const left = items.filter((item) => !item.done).length;
  return (
    <Flex direction="column" gap="xs">
      <Heading>Before the first mail</Heading>
      <Text testId="checklist-summary">
        {left === 0 ? 'Everything is ready: mails can be sent.' : `${left} of ${items.length} still to do.`}
      </Text>
      {items.map((item) => (
        <Flex key={item.sentence} gap="sm" align="center">
          <StatusTag variant={item.done ? 'success' : 'warning'}>{item.done ? 'Done' : 'To do'}</StatusTag>
          <Text>{item.sentence}</Text>
        </Flex>
      ))}
    </Flex>
  );
}
