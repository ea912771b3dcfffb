import { expect, test } from 'vitest';
import { company } from '../sandbox/story/index.ts';
import { startTestApp } from '../testing/app.ts';

const address = 'alex.moreau@atelier-lumen.example';

async function begin() {
  const app = await startTestApp({ allCrms: true });
  const crm = app.pipedrive.company(company.id);
  const { id } = crm.records('person').find(({ values }) => JSON.stringify(values.emails).includes(address))!;
  return { app, crm, id, alex: app.person(address) };
}

test('a sequence chosen in Pipedrive sends its mail, and Pipedrive shows mail, reply, status and score', async () => {
  const { app, crm, id, alex } = await begin();
  const [choice] = crm.fieldOptions('SalesOS sequence');
  crm.choose(id, 'SalesOS sequence', choice!);
  await app.settle();
  await app.advance(600);
  const [subject] = await alex.subjects();
  const shown = () => crm.timeline(id).map(({ values }) => [values.type, values.done, values.subject]);
  expect(shown()).toEqual([['email', true, subject]]);
  expect(crm.timeline(id)[0]!.values.note).toContain(address);
  expect(crm.fieldValues(id)).toMatchObject({
    'SalesOS sequence': '',
    'SalesOS sequence result': 'Enrolled',
    'SalesOS tier': '4',
    'SalesOS sequence status': expect.stringMatching(/^Active/),
  });

  await alex.does({ kind: 'reply', text: 'Sounds good. Tuesday?' });
  await app.advance(600);
  expect(shown()).toEqual([
    ['email', true, subject],
    ['email', true, `Re: ${subject}`],
  ]);
  const fields = crm.fieldValues(id);
  expect(fields['SalesOS sequence status']).toContain('Stopped: the person replied');
  expect(Number(fields['SalesOS score'])).toBeGreaterThan(0);
  await app.advance(30 * 86_400);
  expect(await alex.subjects()).toHaveLength(1);
});

test('a person unsubscribed in Pipedrive gets no further mail, although the notice of it was lost', async () => {
  const { app, crm, id, alex } = await begin();
  crm.choose(id, 'SalesOS sequence', crm.fieldOptions('SalesOS sequence')[0]!);
  await app.settle();
  expect(await alex.subjects()).toHaveLength(1);
  crm.change('person', id, { values: { marketing_status: 'unsubscribed' } });
  // Lost on the way: the changes are read some minutes later all the same.
  crm.takeEvents();
  await app.advance(30 * 86_400);
  expect(await alex.subjects()).toHaveLength(1);
});
