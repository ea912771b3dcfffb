/** Runs the CRM's workflow with our action in it for the record, as the CRM runs it, and shows what came back. */
import { useState } from 'react';
import type { CrmName, SandboxContact, WorkflowRun } from '../../../page-api.ts';
import { getWorkflow, runWorkflow } from '../api.ts';
import { crmWords } from '../crm/words.ts';
import { shortMoment } from '../format.ts';
import { sentence, useData } from '../use-data.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { Waiting } from './waiting.tsx';

export function Workflow({ crm, sandbox, person }: { crm: CrmName; sandbox: Sandbox; person: SandboxContact }) {
  const workflow = useData(`workflow ${crm}`, sandbox.state.revision, () => getWorkflow(crm));
  const [chosen, setChosen] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (!workflow.data)
    return <Waiting what={`the ${crmWords[crm].workflow}`} error={workflow.error} again={workflow.again} />;
  const { name, actionName, sequences, runs } = workflow.data;
  const words = crmWords[crm];
  const sequenceId = chosen ?? sequences[0]?.value;
  const run = async () => {
    if (!sequenceId) return;
    setRunning(true);
    setError(null);
    await runWorkflow(crm, person.recordIds[crm], sequenceId).catch((reason: unknown) => setError(sentence(reason)));
    setRunning(false);
    workflow.again();
    sandbox.refresh();
  };
  const own = runs.filter((one) => one.recordId === person.recordIds[crm]);
  return (
    <div className="workflow">
      <ol className="workflow-map">
        <li>
          <small>Trigger</small>
          {name}
        </li>
        <li>
          <small>Action by SalesOS</small>
          {actionName}
          {sequences.length === 0 ? (
            <p className="empty">The backend offers no sequence to choose from.</p>
          ) : (
            <label>
              Sequence
              <select className="crm-input" value={sequenceId} onChange={(event) => setChosen(event.target.value)}>
                {sequences.map((option) => (
                  <option key={option.value} value={option.value}>
                    {option.label}
                  </option>
                ))}
              </select>
            </label>
          )}
        </li>
      </ol>
      <button type="button" className="crm-button" data-primary disabled={running || !sequenceId} onClick={run}>
        {running ? 'Running …' : `Run the ${words.workflow} for ${person.name.split(' ')[0]}`}
      </button>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <h4>History</h4>
      {own.length === 0 ? (
        <p className="empty">Not run yet. {words.proof}</p>
      ) : (
        <ul className="workflow-runs">
          {own.map((one) => (
            <Run key={one.id} run={one} request={words.request} timeZone={sandbox.state.clock.timeZone} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Run({ run, request, timeZone }: { run: WorkflowRun; request: string; timeZone: string }) {
  return (
    <li>
      <div className="workflow-run-head">
        <span className="crm-status" data-ok={run.ok}>
          <span>{run.ok ? 'Success' : 'Not done'}</span>
        </span>
        <time dateTime={run.at}>{shortMoment(run.at, timeZone)}</time>
      </div>
      <p>{run.sentence}</p>
      <dl>
        {Object.entries(run.outputs)
          .filter(([name, value]) => value !== '' && name !== 'message') // the sentence above
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <details>
        <summary>
          {request} ({run.status})
        </summary>
        <pre>{`POST ${run.request.url}\n${Object.entries(run.request.headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}\n\n${run.request.body}`}</pre>
      </details>
    </li>
  );
}
