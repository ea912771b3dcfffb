/** What the backend did and why, newest first; folded away until asked for. */
import { useState } from 'react';
import { shortMoment } from '../format.ts';
import type { Sandbox } from '../use-sandbox.ts';

export function Log({ sandbox }: { sandbox: Sandbox }) {
  const [open, setOpen] = useState(false);
  const { state, log } = sandbox;
  // Facts only: a decision in two words says nothing without its reason.
  const latest = log.find((entry) => entry.why === null);
  const nameOf = (recordId: string | null) => state.records.find((record) => record.recordId === recordId)?.name ?? '';
  return (
    <section className="log" aria-label="Log">
      <button
        type="button"
        className="log-toggle"
        aria-expanded={open}
        aria-controls="log-lines"
        onClick={() => setOpen(!open)}
      >
        <span className="log-chevron" aria-hidden="true" />
        What the backend did, and why <span className="log-count">{log.length}</span>
        {!open && latest && <span className="log-latest">{latest.sentence}</span>}
      </button>
      <div id="log-lines" hidden={!open} className="log-lines">
        {log.length === 0 && (
          <p className="empty">Nothing yet. Every automatic choice will be listed here with its reason.</p>
        )}
        {log.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Fact</th>
                <th scope="col">What happened</th>
                <th scope="col">Why</th>
                <th scope="col">Who</th>
              </tr>
            </thead>
            <tbody>
              {log.map((entry) => (
                <tr key={entry.id}>
                  <td>
                    <time dateTime={entry.at}>{shortMoment(entry.at, state.clock.timeZone)}</time>
                  </td>
                  <td>
                    <code>{entry.name}</code>
                  </td>
                  <td>{entry.sentence}</td>
                  <td>{entry.why}</td>
                  <td>{nameOf(entry.recordId)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
