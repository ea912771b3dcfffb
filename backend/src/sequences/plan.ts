/** The whole sequence ahead of time: the run under a clock that is never late. */
import { nextStep, type PlannedStep, type StepDone } from './next-step.ts';

export type PlanInput = Omit<StepDone, 'doneAt'> & { startAt: Date };

/** Every step after `doneIndex` (-1: all of them), in order, with the moment it comes if each one before it is done when due. */
export function planSequence({ startAt, doneIndex, ...rest }: PlanInput): PlannedStep[] {
  const planned: PlannedStep[] = [];
  let done = { doneIndex, doneAt: startAt };
  for (let next = nextStep({ ...rest, ...done }); next; next = nextStep({ ...rest, ...done })) {
    const { waits, ...step } = next;
    planned.push(...waits, step);
    done = { doneIndex: step.stepIndex, doneAt: step.at };
  }
  return planned;
}
