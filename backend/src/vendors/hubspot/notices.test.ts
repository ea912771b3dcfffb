import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNotices } from './notices.ts';

const change = {
  eventId: 3,
  subscriptionId: 12,
  portalId: 123,
  appId: 9,
  occurredAt: 1_767_225_600_000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 51,
  changeSource: 'CRM_UI',
  sourceId: 'userId:4',
  propertyName: 'email',
  propertyValue: 'kim@acme.test',
};
const parse = (...items: unknown[]) => parseNotices(items, '9');

describe('the key', () => {
  test('is the same for a notice that is delivered again', () => {
    const [first, again] = parse(change, { ...change, eventId: 77, attemptNumber: 4 });
    expect(first?.key).toBe(again?.key);
  });

  test.each([
    ['portalId', 124],
    ['subscriptionId', 13],
    ['objectId', 52],
    ['occurredAt', 1_767_225_600_001],
    ['propertyName', 'firstname'],
    ['propertyValue', 'kim@other.test'],
  ])('differs when %s differs', (member, value) => {
    const [first, other] = parse(change, { ...change, [member]: value });
    expect(first?.key).not.toBe(other?.key);
  });
});

test('each kind is understood, in both spellings', () => {
  const of = (subscriptionType: string, more = {}) => parse({ ...change, subscriptionType, ...more })[0]?.kind;
  expect(of('contact.creation')).toBe('created');
  expect(of('contact.deletion')).toBe('deleted');
  expect(of('contact.privacyDeletion')).toBe('erased');
  expect(of('contact.restore')).toBe('restored');
  expect(of('object.propertyChange', { objectTypeId: '0-1' })).toBe('changed');
  expect(parse({ ...change, subscriptionType: undefined, eventType: 'contact.deletion' })[0]?.kind).toBe('deleted');
});

test('a merge names where the records now live, and every record that moved', () => {
  const { propertyName: _, propertyValue: __, ...bare } = change;
  const merge = {
    ...bare,
    subscriptionType: 'contact.merge',
    objectId: 51,
    primaryObjectId: 51,
    mergedObjectIds: [52, 53],
  };
  expect(parse(merge)[0]).toMatchObject({ kind: 'merged', intoRecordId: '51', mergedRecordIds: ['52', '53'] });
  expect(parse({ ...merge, newObjectId: 60 })[0]).toMatchObject({
    intoRecordId: '60',
    mergedRecordIds: ['51', '52', '53'],
  });
});

describe('our own writes coming back', () => {
  const ours = { changeSource: 'INTEGRATION', sourceId: '9' };
  test('are left out, also when HubSpot names the source otherwise', () => {
    expect(parse({ ...change, ...ours })).toEqual([]);
    expect(parse({ ...change, propertyName: 'salesos_score', changeSource: 'API' })).toEqual([]);
  });

  test('of another app are kept, and a deletion always is', () => {
    expect(parse({ ...change, ...ours, sourceId: '10' })).toHaveLength(1);
    expect(parse({ ...change, ...ours, subscriptionType: 'contact.deletion' })).toHaveLength(1);
  });
});

test('notices about other objects, unknown kinds and broken items are left out; the rest stays', () => {
  const kept = parse(
    { ...change, subscriptionType: 'company.deletion' },
    { ...change, subscriptionType: 'object.deletion', objectTypeId: '0-2' },
    { ...change, subscriptionType: 'contact.associationChange' },
    { ...change, portalId: undefined },
    { ...change, occurredAt: 'yesterday' },
    null,
    'text',
    change,
  );
  expect(kept).toHaveLength(1);
});

test('property: no body makes reading throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(Array.isArray(parseNotices(body, '9'))).toBe(true);
    }),
  );
});
