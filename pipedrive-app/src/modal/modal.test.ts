import { mostEnrolledAtOnce } from '@salesos/shared/cards.ts';
import { expect, test } from 'vitest';
import { mostAtOnce } from '../enroll/most-at-once.ts';
import { panelHeight } from '../panel/panel-height.ts';
import { readWhere } from '../platform/where.ts';
import { modalSize } from './modal-size.ts';
import { whoToEnroll } from './who-to-enroll.ts';

test.each([
  ['resource=person&selectedIds=3', { kind: 'person', recordId: '3' }],
  ['resource=person&view=list&selectedIds=3,4', { kind: 'people', recordIds: ['3', '4'] }],
  ['resource=deal&selectedIds=9', { kind: 'group', objectType: 'deal', recordId: '9' }],
  ['resource=deal&selectedIds=9&data={"personId":"3"}', { kind: 'person', recordId: '3' }],
  ['resource=deal&view=list&selectedIds=9,10', { kind: 'nobody', title: 'Choose one record' }],
  ['resource=person&view=list&selectedIds=', { kind: 'nobody', title: 'Nobody is chosen' }],
  ['resource=person&selectedIds=3&data=no json', { kind: 'person', recordId: '3' }],
])('%s is about %j', (query, who) => {
  expect(whoToEnroll(readWhere(`?${query}`))).toMatchObject(who);
});

test('sizes stay within what Pipedrive allows', () => {
  expect([1, 433.2, 9000].map(panelHeight)).toEqual([100, 434, 750]);
  expect(modalSize(1400, 900)).toEqual({ width: 640, height: 720 });
  expect(modalSize(500, 600)).toEqual({ width: 500, height: 600 });
});

test('as many go at once as the backend takes', () => {
  expect(mostAtOnce).toBe(mostEnrolledAtOnce);
});
