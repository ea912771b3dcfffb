import type { CardEnrollment } from '@salesos/shared/cards.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords } from '@salesos/shared/wording.ts';
import { Tag } from '../parts/Tag.tsx';

const states = {
  done: { label: cardWords.stepDone, tone: 'success' },
  current: { label: cardWords.stepCurrent, tone: 'info' },
  upcoming: { label: cardWords.stepUpcoming, tone: 'neutral' },
  skipped: { label: cardWords.stepSkipped, tone: 'warning' },
} as const;

interface Props {
  steps: CardEnrollment['steps'];
  dates: DateStyle;
  sequenceName: string;
}

/** The steps in order: what, when, and why not otherwise. A list, because a table is too wide for the panel. */
export function StepTimeline({ steps, dates, sequenceName }: Props) {
  return (
    <ol className="steps" aria-label={`Steps of ${sequenceName}`}>
      {steps.map((step) => (
        <li key={step.index} aria-current={step.state === 'current' ? 'step' : undefined}>
          <p className="row between">
            <span>{step.label}</span>
            <Tag tone={states[step.state].tone}>{states[step.state].label}</Tag>
          </p>
          <p className="hint">{step.at ? when(step.at, dates) : cardWords.notKnownYet}</p>
          {step.why && <p className="hint">{step.why}</p>}
        </li>
      ))}
    </ol>
  );
}
