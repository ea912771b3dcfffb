import { useContactCard } from '@salesos/shared/surface/use-contact-card.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { EnrollButton } from '../enroll/EnrollButton.tsx';
import { Tabs } from '../parts/Tabs.tsx';
import type { Surface } from '../platform/page.tsx';
import { ActivityList } from './ActivityList.tsx';
import { CardFrame } from './CardFrame.tsx';
import { DecisionList } from './DecisionList.tsx';
import { EnrollmentList } from './EnrollmentList.tsx';
import { Headline } from './Headline.tsx';
import { ScoreLines } from './ScoreLines.tsx';
import { TaskList } from './TaskList.tsx';

/** Everything SalesOS knows about one person. */
export function PersonCard({ surface }: { surface: Surface }) {
  const state = useContactCard(surface);
  const { dates } = surface;
  return (
    <CardFrame state={state}>
      {(card) => (
        <>
          <Headline card={card} />
          <EnrollButton card={card} state={state} surface={surface} />
          <Tabs
            label={`SalesOS on ${card.person.name}`}
            tabs={[
              {
                id: 'sequences',
                title: cardWords.sequences,
                draw: () => <EnrollmentList card={card} state={state} surface={surface} />,
              },
              {
                id: 'activity',
                title: cardWords.activity,
                draw: () => <ActivityList first={card.activity} surface={surface} />,
              },
              {
                id: 'tasks',
                title: fill(cardWords.tasks, { count: card.tasks.length }),
                draw: () => <TaskList tasks={card.tasks} state={state} dates={dates} />,
              },
              { id: 'score', title: cardWords.whyScore, draw: () => <ScoreLines score={card.score} dates={dates} /> },
              {
                id: 'decisions',
                title: cardWords.whyChoices,
                draw: () => <DecisionList surface={surface} asOf={card.score.asOf} />,
              },
            ]}
          />
        </>
      )}
    </CardFrame>
  );
}
