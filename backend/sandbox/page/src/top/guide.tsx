/** The guided path: five steps that tick themselves as the facts come in. */
import type { LogEntry, SandboxContact } from '../../../page-api.ts';
import type { Place } from '../crm/place.ts';
import { crmWords } from '../crm/words.ts';
import { shortMoment } from '../format.ts';
import type { Sandbox } from '../use-sandbox.ts';

interface Step {
  label: string;
  hint: string;
  done: boolean;
}

/** What has been told of this person since the newest enrollment: the path can be walked again, from another CRM too. */
function sinceEnrolled({ recordId }: { recordId: string }, log: LogEntry[]): LogEntry[] {
  const own = log.filter((entry) => entry.recordId === recordId);
  const begin = own.findIndex(({ name }) => name === 'enrollment.created');
  return begin < 0 ? own : own.slice(0, begin + 1);
}

/** `surface`: where to enroll, as in "the record’s SalesOS card". */
function guideSteps(name: string, surface: string, log: LogEntry[]): Step[] {
  const first = name.split(' ')[0] ?? name;
  const happened = (...names: string[]) => names.every((fact) => log.some((entry) => entry.name === fact));
  return [
    {
      label: `Enroll ${first}`,
      hint: `In ${surface}: “Enroll in sequence”, choose one, confirm.`,
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

interface GuideProps {
  sandbox: Sandbox;
  person: SandboxContact;
  place: Place;
  go: (place: Place) => void;
}

export function Guide({ sandbox, person, place, go }: GuideProps) {
  const { crm, recordId: shown } = place;
  const words = crmWords[crm];
  const told = sinceEnrolled(person, sandbox.log);
  const steps = guideSteps(person.name, words.surfaceThere, told);
  const current = steps.findIndex((step) => !step.done);
  const { nextDue, timeZone } = sandbox.state.clock;
  const waiting = current === 1 && !told.some((entry) => entry.name === 'email.sent');
  const elsewhere = shown !== person.recordId;
  const workflow = sandbox.state.records.find((record) => record.startsBy === 'workflow');
  const other = workflow?.name.split(' ')[0];
  const otherEnrolled = sandbox.log.some(
    (entry) => entry.name === 'enrollment.created' && entry.recordId === workflow?.recordId,
  );
  const finished =
    shown === workflow?.recordId
      ? otherEnrolled
        ? `${other} is enrolled. In ${other}’s inbox, be away, bounce or unsubscribe, and watch the record.`
        : `Run the ${words.workflow} for ${other}: its request enrolls just as a click did.`
      : 'That is the whole loop. Try another CRM, an absence or a bounce, or:';
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
          <button type="button" onClick={() => go({ crm, recordId: person.recordId })}>
            Back to {person.name}
          </button>
        )}
        {current < 0 && workflow && workflow.recordId !== shown && (
          <button type="button" onClick={() => go({ crm, recordId: workflow.recordId })}>
            {workflow.name}, enrolled by {words.aWorkflow}
          </button>
        )}
      </p>
    </nav>
  );
}
