/** The bar on top: what this is, and the simulated clock. */
import { type FormEvent, useRef, useState } from 'react';
import { clockTime, fromLocalInput, localInput, longDay, placeName, shortMoment } from '../format.ts';
import type { Sandbox } from '../use-sandbox.ts';

const speeds = [
  { label: '1 min per second', speed: 60 },
  { label: '1 hour per second', speed: 3_600 },
  { label: '6 hours per second', speed: 21_600 },
];

export function ClockBar({ sandbox }: { sandbox: Sandbox }) {
  const { state, moving, move } = sandbox;
  const { now, timeZone, speed, nextDue } = state.clock;
  const [pace, setPace] = useState(60);
  const running = speed !== null && speed > 1;
  const busy = moving || undefined;
  return (
    <header className="bar">
      <div className="bar-name">
        <strong>SalesOS</strong>
        <span className="bar-safe">
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M8 1.500 13.500 3.500v4.200c0 3.300-2.300 5.600-5.500 6.800-3.200-1.200-5.500-3.500-5.500-6.800V3.500Z" />
          </svg>
          Sandbox: nothing leaves this machine
        </span>
      </div>
      <section className="bar-clock" aria-label="Clock">
        <div className="bar-now" aria-live="off">
          <time dateTime={now} data-testid="clock">
            {clockTime(now, timeZone)}
          </time>
          <span>
            {longDay(now, timeZone)}
            <small>{placeName(timeZone)} time</small>
          </span>
        </div>
        <fieldset className="bar-moves" aria-label="Move the clock">
          <button type="button" disabled={busy} onClick={() => move({ action: 'advance', seconds: 3_600 })}>
            +1 hour
          </button>
          <button type="button" disabled={busy} onClick={() => move({ action: 'advance', seconds: 86_400 })}>
            +1 day
          </button>
          <button
            type="button"
            className="bar-next"
            disabled={busy || !nextDue}
            onClick={() => move({ action: 'next' })}
            title={nextDue ? `${nextDue.what}: ${shortMoment(nextDue.at, timeZone)}` : 'Nothing is due'}
          >
            {moving ? 'Moving …' : 'Next step due'}
            {!moving && nextDue && <small>{shortMoment(nextDue.at, timeZone)}</small>}
          </button>
          <JumpTo sandbox={sandbox} />
          <span className="bar-run">
            <button
              type="button"
              aria-pressed={running}
              onClick={() => move(running ? { action: 'pause' } : { action: 'run', speed: pace })}
            >
              {running ? 'Pause' : 'Run'}
            </button>
            <select
              aria-label="Speed of the clock"
              value={pace}
              onChange={(event) => {
                const chosen = Number(event.target.value);
                setPace(chosen);
                if (running) void move({ action: 'run', speed: chosen });
              }}
            >
              {speeds.map((option) => (
                <option key={option.speed} value={option.speed}>
                  {option.label}
                </option>
              ))}
            </select>
          </span>
        </fieldset>
      </section>
    </header>
  );
}

function JumpTo({ sandbox }: { sandbox: Sandbox }) {
  const { now, timeZone } = sandbox.state.clock;
  const [to, setTo] = useState('');
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const jump = (event: FormEvent) => {
    event.preventDefault();
    setOpen(false);
    void sandbox.move({ action: 'jump', to: fromLocalInput(to, timeZone) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes on Escape and when the focus leaves; nothing to press
    <span
      ref={box}
      className="bar-jump"
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      onBlur={(event) => !box.current?.contains(event.relatedTarget) && setOpen(false)}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => {
          setTo(localInput(now, timeZone));
          setOpen(!open);
        }}
      >
        Jump to …
      </button>
      {open && (
        <form onSubmit={jump} tabIndex={-1}>
          <label>
            Date and time in {placeName(timeZone)}
            <input
              type="datetime-local"
              required
              min={localInput(now, timeZone)}
              value={to}
              onChange={(event) => setTo(event.target.value)}
            />
          </label>
          <p>Everything that falls due on the way happens, in order.</p>
          <button type="submit">Jump</button>
        </form>
      )}
    </span>
  );
}
