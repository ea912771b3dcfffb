import { expect, test } from 'vitest';
import { aCard, anEnrollment } from '../../hubspot-app/testing/fixtures.ts';
import { jsonPanelData, jsonPanelError } from './json-panel.ts';
import schema from './schema.json' with { type: 'json' };

/** Pipedrive's rules for the kinds of fields we use. */
const fits: Record<string, (value: unknown) => boolean> = {
  '#/definitions/text': (value) => typeof value === 'string' && value.length <= 255,
  '#/definitions/numerical': (value) => typeof value === 'number' && Number.isFinite(value),
  '#/definitions/label': (value) => {
    const { color, label, ...more } = value as { color: string; label: string };
    return (
      ['green', 'red', 'blue', 'yellow', 'purple', 'grey'].includes(color) &&
      label.length <= 40 &&
      Object.keys(more).length === 0
    );
  },
};

/** As Pipedrive judges an answer: no field that was not declared, none of another type, none missing that is required. */
function refusals(data: object): string[] {
  const properties: Record<string, { $ref: string }> = schema.properties;
  return [
    ...schema.required.filter((name) => !(name in data)).map((name) => `${name} is missing`),
    ...Object.entries(data).flatMap(([name, value]) => {
      const property = properties[name];
      if (!property) return [`${name} is not declared`];
      return fits[property.$ref]?.(value) ? [] : [`${name} has a wrong value`];
    }),
  ];
}

test('the schema stays within Pipedrive’s limits and uses kinds that exist', () => {
  expect(Object.keys(schema.properties).length).toBeLessThanOrEqual(20);
  for (const { $ref } of Object.values(schema.properties)) expect(Object.keys(fits)).toContain($ref);
});

test.each([
  ['a person in a sequence', aCard()],
  ['a person in none', aCard({ enrollments: [], tasks: [] })],
  [
    'long sentences and a problem',
    aCard({
      headline: 'é'.repeat(400),
      enrollments: [anEnrollment({ sentence: 'long '.repeat(100), sequenceName: 'x'.repeat(300) })],
      problems: [
        { code: 'refused', sentence: 'Refused. '.repeat(60), howToFix: 'Mend it.', at: '2026-11-12T10:00:00Z' },
      ],
    }),
  ],
])('%s passes the schema', (_name, card) => {
  expect(refusals(jsonPanelData(card))).toEqual([]);
});

test('a running sequence is shown before an ended one', () => {
  const ended = anEnrollment({ status: 'stopped', sequenceName: 'Old' });
  expect(jsonPanelData(aCard({ enrollments: [ended, anEnrollment()] }))).toMatchObject({
    score: 64.5,
    tier: { color: 'blue', label: 'Warm (tier 2)' },
    sequence: 'First contact',
    next_step: 'The second mail goes out on Monday at 09:00.',
    tasks: 1,
  });
  expect(jsonPanelData(aCard({ enrollments: [ended] })).sequence).toBe('Old');
});

test('an error’s title fits into 30 characters', () => {
  const { error } = jsonPanelError('SalesOS is not connected in this company', 'An admin connects it.');
  expect(error).toEqual({ title: 'SalesOS is not connected in t…', subtitle: 'An admin connects it.' });
});
