import { Flex, Tab, Tabs } from '@hubspot/ui-extensions';
import { useContactCard } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { useState } from 'react';
import { ActivityList } from './ActivityList.tsx';
import { CardFrame } from './CardFrame.tsx';
import { DecisionList } from './DecisionList.tsx';
import { EnrollButton } from './EnrollButton.tsx';
import { EnrollmentList } from './EnrollmentList.tsx';
import { Headline } from './Headline.tsx';
import type { Surface } from './platform.ts';
import { ScoreLines } from './ScoreLines.tsx';
import { TaskList } from './TaskList.tsx';

/** Everything SalesOS knows about the contact, in five tabs under the same headline as the sidebar. */
export function TabCard(surface: Surface) {
  const state = useContactCard(surface);
  const [selected, setSelected] = useState<string | number>('sequences');
  return (
    <CardFrame state={state}>
      {(card) => (
        <Flex direction="column" gap="md">
          <Headline card={card} />
          <EnrollButton card={card} state={state} surface={surface} />
          <Tabs selected={selected} onSelectedChange={setSelected} testId="tabs">
            <Tab tabId="sequences" title={cardWords.sequences}>
              <EnrollmentList card={card} state={state} surface={surface} />
            </Tab>
            <Tab tabId="activity" title={cardWords.activity}>
              <ActivityList first={card.activity} surface={surface} />
            </Tab>
            <Tab tabId="tasks" title={fill(cardWords.tasks, { count: card.tasks.length })}>
              <TaskList tasks={card.tasks} state={state} dates={surface.dates} />
            </Tab>
            <Tab tabId="score" title={cardWords.whyScore}>
              <ScoreLines score={card.score} dates={surface.dates} />
            </Tab>
            <Tab tabId="decisions" title={cardWords.whyChoices}>
              {selected === 'decisions' && <DecisionList surface={surface} asOf={card.score.asOf} />}
            </Tab>
          </Tabs>
        </Flex>
      )}
    </CardFrame>
  );
}
