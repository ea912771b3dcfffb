import { expect, test } from 'vitest';
import { handClock } from '../../core/clock.ts';
import type { HttpAnswer } from '../../core/http.ts';
import { createTokenBudget } from './token-budget.ts';

const start = () => {
  const clock = handClock(new Date('2026-03-02T23:00:00.000Z'));
  return { clock, budget: createTokenBudget(clock) };
};
const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers }) as unknown as HttpAnswer;
const toMidnight = 3600;

test('half of the day’s tokens is ours: then nothing goes out until the next day', () => {
  const { clock, budget } = start();
  expect(budget.take(13_500)).toBe(0);
  expect(budget.take(5)).toBe(toMidnight);
  // Somebody waits for reads of one record: a little is left for them.
  for (let read = 0; read < 750; read += 1) expect(budget.take(2)).toBe(0);
  expect(budget.take(1)).toBe(toMidnight);
  clock.advance(toMidnight);
  expect(budget.take(1)).toBe(0);
});

test('the size of the day is what the company’s answers say', () => {
  const { budget } = start();
  budget.note(answer(200, { 'x-daily-ratelimit-token-limit': '300000', 'x-daily-ratelimit-token-remaining': '5' }));
  expect(budget.take(135_000)).toBe(0);
  expect(budget.take(3)).toBe(toMidnight);
});

test('when other apps used up the day the company is left alone until the next one', () => {
  const exhausted: Record<string, string>[] = [
    { 'x-daily-ratelimit-token-remaining': '0' },
    { 'x-daily-ratelimit-token-remaining': '0', 'x-ratelimit-remaining': '0' },
    { 'x-ratelimit-remaining': '12' },
  ];
  for (const headers of exhausted) {
    const { budget } = start();
    expect(budget.note(answer(429, headers))).toBe(toMidnight);
    expect(budget.take(1)).toBe(toMidnight);
  }
});

test('a burst pauses the whole company for the reset, and three in a row for longer', () => {
  const { clock, budget } = start();
  const burst = answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3' });
  expect(budget.note(burst)).toBe(3);
  expect(budget.take(1)).toBe(3);
  clock.advance(3);
  expect(budget.take(1)).toBe(0);
  expect(budget.note(answer(429))).toBe(2);
  clock.advance(2);
  expect(budget.note(answer(429))).toBe(60);
  clock.advance(60);
  expect(budget.note(answer(200))).toBeNull();
  expect(budget.note(answer(429))).toBe(2);
});

test('shut out by the network in front, we keep still for minutes; a plain 403 is no such thing', () => {
  const { budget } = start();
  expect(budget.note(answer(403, { 'content-type': 'application/json' }))).toBeNull();
  expect(budget.note(answer(403, { 'content-type': 'text/html; charset=UTF-8' }))).toBe(300);
  expect(budget.take(1)).toBe(300);
});
