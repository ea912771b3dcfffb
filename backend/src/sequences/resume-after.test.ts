import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import { describe, expect, test } from 'vitest';
import { type Absence, resumeAfter } from './resume-after.ts';

const away: Absence = {
  returnsOn: '2026-12-01',
  now: new Date('2026-11-19T08:00:00Z'),
  dueAt: new Date('2026-11-23T09:00:00Z'),
  rules: { sendWindow: defaultSendWindow, holidays: [] },
  recipient: { zone: 'Europe/Berlin', name: 'Kim' },
  spread: 0,
};
const resumes = (change: Partial<Absence>) => resumeAfter({ ...away, ...change }).at.toISOString();

test('the next step comes on the business day after the return, when the window opens', () => {
  expect(resumeAfter(away)).toEqual({
    at: new Date('2026-12-02T08:00:00Z'),
    why: 'Kim is away until Tuesday 1 December: the next step comes on Wednesday 2 December 9:00.',
  });
});

test.each([
  ['a return on Friday means Monday', { returnsOn: '2026-12-04' }, '2026-12-07T08:00:00.000Z'],
  ['a return on Sunday means Monday', { returnsOn: '2026-12-06' }, '2026-12-07T08:00:00.000Z'],
  [
    'a holiday after the return is passed over',
    { rules: { ...away.rules, holidays: ['2026-12-02'] } },
    '2026-12-03T08:00:00.000Z',
  ],
  [
    'the recipient’s own clock counts',
    { recipient: { zone: 'Asia/Kathmandu', name: null } },
    '2026-12-02T03:15:00.000Z',
  ],
  ['9:00 is 9:00 after the clocks changed', { returnsOn: '2027-03-28' }, '2027-03-29T07:00:00.000Z'],
  ['people are spread over the opening hour', { spread: 0.5 }, '2026-12-02T08:30:00.000Z'],
  [
    'a step due later than that stays where it is',
    { dueAt: new Date('2026-12-10T10:00:00Z') },
    '2026-12-10T10:00:00.000Z',
  ],
  ['a return in the past delays nothing', { returnsOn: '2026-11-10' }, '2026-11-23T09:00:00.000Z'],
  [
    'nothing comes earlier than now',
    { returnsOn: '2026-11-10', dueAt: new Date('2026-11-18T09:00:00Z') },
    '2026-11-19T08:00:00.000Z',
  ],
])('%s', (_name, change, expected) => expect(resumes(change)).toBe(expected));

describe('the sentence', () => {
  test('names the year when the return is far away', () => {
    expect(resumeAfter({ ...away, returnsOn: '2027-11-01', recipient: { zone: 'UTC', name: null } }).why).toBe(
      'The person is away until Monday 1 November: the next step comes on Tuesday 2 November 2027 9:00.',
    );
  });
});

test('a date that does not exist is an error', () => {
  expect(() => resumeAfter({ ...away, returnsOn: '2026-02-30' })).toThrow(RangeError);
});
