import { contactCard, enrolledMany } from '@salesos/shared/cards.ts';
import { expect, test } from 'vitest';
import { startTestApp } from '../testing/app.ts';

const address = 'alex.moreau@atelier-lumen.example';

async function begin() {
  const app = await startTestApp({ allCrms: true });
  const { salesforce, home } = app;
  const { org } = salesforce;
  const user = org.users()[0]!;
  const recordId = org.people().find(({ id }) => org.values(id).Email === address)!.id;
  const record = { objectType: 'Contact', recordId };
  const card = async (path: string, content: object = {}) => {
    const { status, body } = await salesforce.callBackend(user.id, path, { ...record, ...content });
    return { status, body: JSON.parse(body) };
  };
  return { app, org, home, user, record, card, alex: app.person(address) };
}

test('the org gets its key by connecting; the card, a flow and a list act on the record by it', async () => {
  const { app, org, record, card, alex } = await begin();
  expect(org.credential()).toMatch(/^sfo_[\w-]{43}$/);
  const { status, body } = await card('/cards/contact');
  expect(status).toBe(200);
  expect(contactCard.parse(body).person).toMatchObject({
    address,
    timeZoneSource: expect.stringContaining('Salesforce'),
  });

  const { sequences, mailboxes } = (await card('/cards/enroll/choices')).body;
  const choice = { sequenceId: sequences[0].id, mailboxId: mailboxes[0].id };
  const many = { recordIds: [record.recordId], ...choice, idempotencyKey: 'list-1' };
  const enrolled = (await card('/cards/enroll/many', many)).body;
  expect(enrolledMany.parse(enrolled)).toMatchObject({ message: '1 person was enrolled.' });
  await app.advance(600);
  expect(await alex.subjects()).toHaveLength(1);

  const run = await app.salesforce.flows.run({
    action: 'pause',
    recordIds: [record.recordId],
    inputs: {},
    workflow: 'Pause on opportunity',
  });
  expect(run).toMatchObject({ status: 200, results: [{ result: 'paused', pausedCount: 1 }] });
  expect((await card('/cards/contact')).body.headline).toContain('paused');
});

test('another key opens nothing, and another org’s id neither', async () => {
  const { app, org, record, user } = await begin();
  const headers = {
    authorization: `Bearer ${org.credential()}`,
    'content-type': 'application/json',
    'salesos-org-id': org.id,
    'salesos-user-id': user.id,
    'salesos-user-email': user.email,
  };
  const ask = async (changes: object) =>
    (
      await fetch(`${app.origin}/cards/contact`, {
        method: 'POST',
        headers: { ...headers, ...changes },
        body: JSON.stringify(record),
      })
    ).status;
  expect(await ask({})).toBe(200);
  expect(await ask({ 'salesos-org-id': `${org.id.slice(0, -3)}AAB` })).toBe(401);
  expect(await ask({ authorization: `Bearer sfo_${'A'.repeat(43)}` })).toBe(401);
});
