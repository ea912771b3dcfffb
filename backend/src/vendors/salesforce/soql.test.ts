import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSoql } from '../../../sandbox/fakes/salesforce/soql.ts';
import { names, soql } from './soql.ts';

const where = (value: string) => parseSoql(soql`SELECT Id FROM Contact WHERE Email = ${value} LIMIT ${1}`).where;
const compares = (value: string) => ({
  kind: 'compare',
  field: 'Email',
  operator: '=',
  literals: [{ kind: 'string', value }],
});

test.each(["' OR Email != '", "\\' OR Email != '", "\\\\' OR Email != \\'", "x'\nOR\tId != null --", 'a" OR "b', '%_'])(
  'the value %j stays in its quotes',
  (value) => {
    expect(where(value)).toEqual(compares(value));
  },
);

test('no text leaves its quotes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', "'", '"', '\n', ' ', 'O') }),
  );
  fc.assert(
    fc.property(text, (value) => {
      expect(where(value)).toEqual(compares(value));
    }),
  );
});

test('every other kind of value is written as Salesforce reads it', () => {
  const at = new Date('2026-03-02T09:00:00.123Z');
  const text = soql`SELECT ${names('Id', 'Owner.Name')} FROM Contact WHERE SystemModstamp >= ${at} AND Email IN ${['a', "b'"]} AND IsDeleted = ${false} AND Title = ${null}`;
  expect(text).toBe(
    "SELECT Id, Owner.Name FROM Contact WHERE SystemModstamp >= 2026-03-02T09:00:00.123Z AND Email IN ('a', 'b\\'') AND IsDeleted = false AND Title = null",
  );
  expect(() => names('Id FROM User')).toThrow();
});
