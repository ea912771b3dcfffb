import { beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../testing/database.ts';
import { type Column, walkAll } from './table.ts';

let columns: Column[];
beforeAll(async () => {
  columns = await walkAll(openTestDatabase);
});

test('the journey keeps its promises', () => {
  const seen = Object.fromEntries(columns[0]!.rows.map((row) => [row.promise, row.seen]));
  expect(seen).toMatchObject({
    'A request that is not this CRM’s is refused': '401',
    'Enrolled from the card, pressed twice: mails': '1',
    'The preview is the run: first two mails': 'at the previewed minute',
    'After a reply': 'Stopped: the person replied.',
    '… mails in the 30 days after it': '0',
    'A workflow enrolls': 'enrolled',
    '… the same person again': 'already_in',
    '… pauses, resumes, stops': 'paused, resumed, stopped',
    '… a record without an address': 'refused NO_ADDRESS',
    '… somebody who unsubscribed': 'refused OPTED_OUT',
  });
});

test.each([1, 2])('and reads the same in the other CRMs (%i)', (other) => {
  expect(columns[other]?.rows).toEqual(columns[0]?.rows);
});
