import { expect, test } from 'vitest';
import { handClock } from '../src/core/clock.ts';
import { createClockDrive } from './clock-drive.ts';

const at = (time: string) => new Date(`2026-11-24T${time}:00Z`);

/** Things due at given times; each is done when the clock has reached it. */
function worldWith(...dues: string[]) {
  const clock = handClock(at('09:00'));
  const waiting = dues.map(at);
  const done: string[] = [];
  const drive = createClockDrive({
    clock,
    settle: async () => {
      while (waiting[0] && waiting[0] <= clock.now()) {
        waiting.shift();
        done.push(clock.now().toISOString().slice(11, 16));
      }
    },
    nextDue: async () => (waiting[0] ? { at: waiting[0], what: 'a mail' } : null),
  });
  return { clock, drive, done };
}

test('what falls due on the way happens at its own time, in order', async () => {
  const { clock, drive, done } = worldWith('09:30', '10:15', '13:00');
  await drive.move({ action: 'advance', seconds: 7_200 });
  expect(done).toEqual(['09:30', '10:15']);
  expect(clock.now()).toEqual(at('11:00'));
});

test('the next step due is reached and done, and nothing after it', async () => {
  const { clock, drive, done } = worldWith('10:15', '13:00');
  await drive.move({ action: 'next' });
  expect(done).toEqual(['10:15']);
  expect(clock.now()).toEqual(at('10:15'));
});

test('with nothing due the next step leaves the clock alone', async () => {
  const { clock, drive } = worldWith();
  await drive.move({ action: 'next' });
  expect(clock.now()).toEqual(at('09:00'));
});

test('the clock never runs backwards', async () => {
  const { clock, drive } = worldWith();
  await drive.move({ action: 'jump', to: at('08:00').toISOString() });
  expect(clock.now()).toEqual(at('09:00'));
});

test('something that stays due does not hold up the clock', async () => {
  const clock = handClock(at('09:00'));
  const nextDue = async () => ({ at: at('09:00'), what: 'a blocked mail' });
  const drive = createClockDrive({ clock, settle: async () => undefined, nextDue });
  await drive.move({ action: 'advance', seconds: 3_600 });
  expect(clock.now()).toEqual(at('10:00'));
});

test('moves asked for at the same time follow each other', async () => {
  const { clock, drive, done } = worldWith('09:30', '10:30');
  await Promise.all([
    drive.move({ action: 'advance', seconds: 3_600 }),
    drive.move({ action: 'advance', seconds: 3_600 }),
  ]);
  expect(done).toEqual(['09:30', '10:30']);
  expect(clock.now()).toEqual(at('11:00'));
});
