import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jobs, reactions } from '../src/email/wakeups.ts';
import { startTestSystem } from '../testing/system.ts';
import { type Report, runSchedule } from './run-schedule.ts';
import { schedules } from './schedule.ts';

test('no mail leaves after a visible reply, and none leaves twice, in any order of events', {
  timeout: 300_000,
}, async () => {
  const { system } = await startTestSystem({ jobs, reactions });
  const reports: Report[] = [];
  await fc.assert(
    fc.asyncProperty(schedules, async (happenings) => {
      reports.push(await runSchedule(system, happenings));
    }),
    { numRuns: 60, seed: 20_270_104 },
  );
  // The schedules must exercise what they are about.
  expect(reports.reduce((sum, report) => sum + report.sent, 0)).toBeGreaterThan(50);
  expect(reports.reduce((sum, report) => sum + report.cancelled, 0)).toBeGreaterThan(5);
});

test.each(['google', 'microsoft', 'smtp'] as const)('the same over the code of %s on its fake', async (over) => {
  const { system } = await startTestSystem({ jobs, reactions });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(schedules, async (happenings) => {
      sent += (await runSchedule(system, happenings, over)).sent;
    }),
    { numRuns: 12, seed: 20_270_105 },
  );
  expect(sent).toBeGreaterThan(10);
});
