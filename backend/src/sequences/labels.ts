import type { SequenceStep } from '@salesos/shared/sequence.ts';

const units = { business_days: 'business day', days: 'day', hours: 'hour' };

/** A step as the card names it, as in "Mail “Quick question”" or "Wait 3 business days". */
export function stepLabel(step: SequenceStep, templateName: string | undefined): string {
  if (step.kind === 'email') return templateName ? `Mail “${templateName}”` : 'Mail';
  if (step.kind === 'task') return `Task “${step.title}”`;
  return `Wait ${step.amount} ${units[step.unit]}${step.amount === 1 ? '' : 's'}`;
}
