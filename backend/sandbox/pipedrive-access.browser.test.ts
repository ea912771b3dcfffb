/** What Pipedrive's panel shows whom: failures, missing rights, sessions, and the people of a deal. */
import { expect, test } from 'vitest';
import { aCard, ids } from '../../hubspot-app/testing/fixtures.ts';
import { pipedriveInBrowser } from '../../pipedrive-app/testing/in-browser.ts';

const see = pipedriveInBrowser();
const person = { resource: 'person', view: 'details', selectedIds: [3] } as const;
const { enrollment } = ids;

test('a failure says why and can be tried again', async () => {
  see.host.refuse('/cards/contact', 503, 'Away for a moment.');
  const panel = await see.open('panel', person);
  await panel.getByText('Away for a moment.').waitFor();
  await panel.getByText('SalesOS could not be reached').waitFor();
  await see.shot('panel-failed');
  see.host.respond('/cards/contact', aCard());
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByTestId('headline').waitFor();
});

test('whoever has no access is told whom to ask, and whoever has not installed is led there', async () => {
  see.host.refuse('/pipedrive/session', 403, 'You may not open this person in Pipedrive.');
  const panel = await see.open('panel', person);
  await panel.getByText('You may not open this person in Pipedrive.').waitFor();
  await panel.getByText('Ask a SalesOS admin in your company for access.').waitFor();
  await see.shot('panel-no-access');
  see.host.refuse('/pipedrive/session', 401, 'SalesOS is not installed for you.');
  await panel.getByRole('button', { name: 'Try again' }).click();
  await panel.getByText('SalesOS is not installed for you.').waitFor();
  expect(await panel.getByRole('link', { name: 'Install SalesOS' }).getAttribute('href')).toBe('/connect/pipedrive');
  await see.shot('panel-not-installed');
});

test('a session that ended is renewed, and a write without an answer is repeated under its own key', async () => {
  see.host.respond('/cards/enrollments/pause', { message: 'Paused.', card: aCard() });
  const panel = await see.open('panel', person);
  await panel.getByTestId(`pause-${enrollment}`).waitFor();
  see.host.endSessions();
  const sent: string[] = [];
  await see.page.route('**/cards/enrollments/pause', (route) => {
    sent.push(route.request().postDataJSON().idempotencyKey);
    return sent.length === 1 ? route.abort() : route.continue();
  });
  await panel.getByTestId(`pause-${enrollment}`).click();
  await see.page.getByText('Paused.').first().waitFor();
  expect(new Set(sent).size).toBe(1);
  // One that was lost, one that met the ended session, one under the new session.
  expect(sent).toHaveLength(3);
  expect(see.host.to('/cards/enrollments/pause')).toHaveLength(1);
  expect(see.host.to('/pipedrive/session')).toHaveLength(2);
});

test('on a deal one of its people is chosen, under a session for that person', async () => {
  const people = ['3', '4'].map((recordId) => ({
    objectType: 'person',
    recordId,
    name: recordId === '3' ? 'Kim Berg' : 'Ada Lund',
    address: `${recordId}@acme.test`,
    headline: 'Next: the second mail on Monday at 09:00.',
    score: 64.5,
    tier: 2,
    tierLabel: 'Warm',
    cannotEnroll: null,
  }));
  see.host.respond('/cards/group', { name: 'Pilot with Acme', people, notice: null });
  const panel = await see.open('panel', { resource: 'deal', view: 'details', selectedIds: [9] });
  await panel.getByRole('heading', { name: 'People of Pilot with Acme' }).waitFor();
  await see.shot('panel-deal');
  await panel.getByTestId('open-4').click();
  await panel.getByTestId('headline').waitFor();
  expect(see.host.to('/pipedrive/session').map(({ resource, selectedIds }) => [resource, selectedIds])).toEqual([
    ['deal', ['9']],
    ['person', ['4']],
  ]);
  expect(see.host.to('/cards/contact')).toEqual([{ objectType: 'person', recordId: '4' }]);
  await panel.getByTestId('back').click();
  await panel.getByTestId('person-3').waitFor();
});
