import { defaultSendWindow, type SequenceDefinitionInput, sequenceDefinition } from '@salesos/shared/sequence.ts';
import { describe, expect, test } from 'vitest';

const templateId = '01970000-0000-7000-8000-000000000001';
const email = { kind: 'email', templateId } as const;
const wait = { kind: 'wait', amount: 3, unit: 'business_days' } as const;

/** The sentences of a refusal, each behind its path; none when the definition is accepted. */
function refusals(definition: unknown): string[] {
  const result = sequenceDefinition.safeParse(definition);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('a list of steps is enough: the window is Monday to Friday from 9 to 17, and mails stay in the thread', () => {
  const input: SequenceDefinitionInput = { steps: [email, wait, email, { kind: 'task', title: ' Call ' }] };
  expect(sequenceDefinition.parse(input)).toEqual({
    steps: [
      { ...email, replyInThread: true },
      wait,
      { ...email, replyInThread: true },
      { kind: 'task', title: 'Call', note: '' },
    ],
    sendWindow: defaultSendWindow,
    holidays: [],
  });
});

test('a parsed definition parses to itself', () => {
  const parsed = sequenceDefinition.parse({ steps: [email, wait, email], holidays: ['2026-12-25'] });
  expect(sequenceDefinition.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
});

describe('refused', () => {
  const windowOf = (change: object) => ({ steps: [email], sendWindow: { ...defaultSendWindow, ...change } });
  test.each([
    ['no steps', { steps: [] }, /^steps: /],
    ['51 steps', { steps: Array.from({ length: 51 }, () => ({ kind: 'task', title: 'Call' })) }, /^steps: /],
    ['a wait at the end', { steps: [email, wait] }, /^steps\.1: The last step is a wait/],
    ['two mails in a row', { steps: [email, email] }, /^steps\.1: .*put a wait between/],
    ['a wait of 91 days', { steps: [{ ...wait, amount: 91, unit: 'days' }, email] }, /^steps\.0\.amount: .*90 days/],
    ['a wait of 2161 hours', { steps: [{ ...wait, amount: 2161, unit: 'hours' }, email] }, /^steps\.0\.amount: /],
    ['a wait of nothing', { steps: [{ ...wait, amount: 0 }, email] }, /^steps\.0\.amount: /],
    ['a wait of half a day', { steps: [{ ...wait, amount: 0.5 }, email] }, /^steps\.0\.amount: /],
    ['an unknown kind', { steps: [{ kind: 'fax' }] }, /^steps\.0\.kind: /],
    ['a misspelt field', { steps: [{ ...email, delay: 3 }] }, /^steps\.0: .*delay/],
    ['a template that is no id', { steps: [{ kind: 'email', templateId: 'welcome' }] }, /^steps\.0\.templateId: /],
    ['a task without a title', { steps: [{ kind: 'task', title: '  ' }] }, /^steps\.0\.title: /],
    ['a window across midnight', windowOf({ fromMinute: 1320, toMinute: 360 }), /toMinute: .*across midnight/],
    ['an empty window', windowOf({ fromMinute: 540, toMinute: 540 }), /toMinute: .*must end after/],
    ['a window past the end of the day', windowOf({ toMinute: 1441 }), /toMinute: /],
    ['a window without days', windowOf({ days: [] }), /days: /],
    ['a day listed twice', windowOf({ days: ['mon', 'mon'] }), /days: The same day is listed twice/],
    ['a holiday that is no date', { steps: [email], holidays: ['2026-02-30'] }, /^holidays\.0: /],
  ])('%s', (_name, definition, sentence) => {
    expect(refusals(definition)).toContainEqual(expect.stringMatching(sentence));
  });

  test('nothing: the longest waits are allowed', () => {
    expect(refusals({ steps: [{ ...wait, amount: 2160, unit: 'hours' }, { ...wait, amount: 90 }, email] })).toEqual([]);
  });
});
