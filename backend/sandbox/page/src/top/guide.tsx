/** The guided path: five steps that tick themselves as the facts come in. */
import type { LogEntry, SandboxContact } from '../../../page-api.ts';
import { shortMoment } from '../format.ts';
import type { Sandbox } from '../use-sandbox.ts';

interface Step {
  label: string;
  hint: string;
  done: boolean;
}

/** What has been done for this person so far, read from the log. */
export function guideSteps(person: { name: string; recordId: string }, log: LogEntry[]): Step[] {
  const first = person.name.split(' ')[0] ?? person.name;
  const happened = (...names: string[]) =>
    names.every((name) => log.some((entry) => entry.name === name && entry.recordId === person.recordId));
  return [
    {
      label: `Enroll ${first}`,
      hint: 'In the record’s SalesOS card: “Enroll in sequence”, choose one, confirm.',
      done: happened('enrollment.created'),
    },
    {
      label: 'Open the mail',
      hint: `In ${first}’s inbox: open the mail, then “Show images”, so that its pixel is loaded.`,
      done: happened('email.opened'),
    },
    {
      label: 'Click the link',
      hint: 'In the mail: click the link. It opens in a new tab; come back here.',
      done: happened('email.clicked'),
    },
    {
      label: 'Reply',
      hint: `Below the mail: “Reply”, then “Send”. It is ${first} who writes.`,
      done: happened('email.replied'),
    },
    {
      label: 'See it stop',
      hint: 'The sequence stops and the score moves: see the card and the record.',
      done: happened('enrollment.stopped', 'score.changed'),
    },
  ];
}

export function Guide({
  sandbox,
  person,
  shown,
  go,
}: {
  sandbox: Sandbox;
  person: SandboxContact;
  shown: string | undefined;
  go: (recordId: string) => void;
}) {
  const steps = guideSteps(person, sandbox.log);
  const current = steps.findIndex((step) => !step.done);
  const { nextDue, timeZone } = sandbox.state.clock;
  const sent = sandbox.log.some((entry) => entry.name === 'email.sent' && entry.recordId === person.recordId);
  const waiting = current === 1 && !sent;
  const elsewhere = shown !== person.recordId;
  const workflow = sandbox.state.records.find((record) => record.startsBy === 'workflow');
  const other = workflow?.name.split(' ')[0];
  const otherEnrolled = sandbox.log.some(
    (entry) => entry.name === 'enrollment.created' && entry.recordId === workflow?.recordId,
  );
  const finished =
    shown === workflow?.recordId
      ? otherEnrolled
        ? `${other} is enrolled. In ${other}’s inbox, be away, bounce or unsubscribe, and watch the card.`
        : `Run the workflow for ${other}: HubSpot’s signed request enrolls just as the card did.`
      : 'That is the whole loop. Now try an absence, a bounce, another address, or:';
  const due = waiting && nextDue ? `The first mail goes out ${shortMoment(nextDue.at, timeZone)}.` : null;
  const hint = current < 0 ? finished : (due ?? steps[current]?.hint);
  return (
    <nav className="guide" aria-label="Guided path">
      <ol>
        {steps.map((step, index) => (
          <li
            key={step.label}
            data-state={step.done ? 'done' : index === current ? 'current' : 'todo'}
            aria-current={index === current ? 'step' : undefined}
          >
            <span className="guide-mark" aria-hidden="true">
              {step.done ? '✓' : index + 1}
            </span>
            {step.label}
            {step.done && <span className="visually-hidden"> (done)</span>}
          </li>
        ))}
      </ol>
      <p className="guide-hint" role="status">
        {hint}{' '}
        {waiting && nextDue && !elsewhere && (
          <button type="button" disabled={sandbox.moving} onClick={() => sandbox.move({ action: 'next' })}>
            Move the clock there
          </button>
        )}
        {current >= 0 && elsewhere && (
          <button type="button" onClick={() => go(person.recordId)}>
            Back to {person.name}
          </button>
        )}
        {current < 0 && workflow && workflow.recordId !== shown && (
          <button type="button" onClick={() => go(workflow.recordId)}>
            {workflow.name}, enrolled by a workflow
          </button>
        )}
      </p>
    </nav>
  );
}
