import type { EnrollPreview } from '@salesos/shared/cards.ts';
import { type DateStyle, when } from '@salesos/shared/surface/when.ts';
import { cardWords, fill } from '@salesos/shared/wording.ts';
import { Alert } from '../parts/Alert.tsx';

/** One step to come: its date with the reason, and the mail as it would be written. */
export function PreviewStep({ step, dates }: { step: EnrollPreview['steps'][number]; dates: DateStyle }) {
  const { email } = step;
  return (
    <article className="tile" data-testid={`preview-${step.index}`}>
      <strong>{`${step.index + 1}. ${step.label}`}</strong>
      <p>{when(step.at, dates)}</p>
      {step.why && <p className="hint">{step.why}</p>}
      {step.warnings.map((warning) => (
        <Alert key={warning} title={warning} tone="warning" />
      ))}
      {email && (
        <details open={step.index === 0}>
          <summary>{fill(cardWords.mail, { subject: email.subject })}</summary>
          <dl>
            <dt>{cardWords.from}</dt>
            <dd>{email.from}</dd>
            <dt>{cardWords.to}</dt>
            <dd>{email.to}</dd>
          </dl>
          <p className="mail-text">{email.text}</p>
        </details>
      )}
    </article>
  );
}
