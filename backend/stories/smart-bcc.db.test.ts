import { expect, test } from 'vitest';
import { company } from '../sandbox/story/index.ts';
import { startTestApp } from '../testing/app.ts';

const address = 'alex.moreau@atelier-lumen.example';
const day = 86_400;

async function begin() {
  const app = await startTestApp({ allCrms: true });
  const crm = app.pipedrive.company(company.id);
  const { id } = crm.records('person').find(({ values }) => JSON.stringify(values.emails).includes(address))!;
  const alex = app.person(address);
  let keys = 0;
  return {
    app,
    crm,
    id,
    alex,
    logMails: async (mailLogging: 'activities' | 'smart_bcc') =>
      (await alex.ask('/cards/settings/update', { mailLogging, idempotencyKey: `logging-${++keys}` })).status,
    async enroll() {
      crm.choose(id, 'SalesOS sequence', crm.fieldOptions('SalesOS sequence')[0]!);
      await app.settle();
      await app.advance(600);
    },
    activities: () => crm.timeline(id).flatMap(({ values }) => (values.type === 'email' ? [values.subject] : [])),
    copies: () => crm.mails(id).map(({ subject }) => subject),
    raw: () => app.google.inboxOf(address).map((mail) => mail.raw.toString()),
  };
}

test('with Smart BCC a mail is on the person’s page in Pipedrive once, untracked, and the reply is logged beside it', async () => {
  const { app, alex, enroll, logMails, activities, copies, raw } = await begin();
  expect(await logMails('smart_bcc')).toBe(200);
  await enroll();
  const [subject] = await alex.subjects();
  expect([copies(), activities()]).toEqual([[subject], []]);
  // HubSpot takes no copies: it gets its activity as always.
  expect(alex.timeline()).toEqual([`→ ${subject}`]);
  expect(raw()[0]).not.toMatch(/bcc|pipedrivemail/i);
  const { html } = await alex.lastMail();
  expect(html).not.toMatch(/\/t\/[oc]\//);

  await alex.does({ kind: 'reply', text: 'Sounds good. Tuesday?' });
  await app.advance(600);
  expect([copies(), activities()]).toEqual([[subject], [`Re: ${subject}`]]);
  await app.advance(30 * day);
  expect([copies().length, activities().length, (await alex.subjects()).length]).toEqual([1, 1, 1]);
});

test('a changed setting is for later mails: those that left stay as they were logged', async () => {
  const { app, alex, enroll, logMails, activities, copies } = await begin();
  await enroll();
  const logged = activities();
  expect([logged.length, copies().length]).toEqual([1, 0]);
  await logMails('smart_bcc');
  await app.advance(4 * day);
  expect([activities(), copies().length]).toEqual([logged, 1]);
  await logMails('activities');
  await app.advance(7 * day);
  const { tasks } = await alex.card();
  await alex.asCard('/cards/tasks/complete', { taskId: tasks[0]!.id, idempotencyKey: 'called' });
  await app.advance(30 * day);
  expect((await alex.subjects()).length).toBe(3);
  expect([copies().length, activities().length]).toEqual([1, 2]);
  expect((await alex.lastMail()).html).toMatch(/\/t\/o\//);
});

test('a person without such an address gets an activity, and the mail is tracked', async () => {
  const { crm, alex, enroll, logMails, activities, copies } = await begin();
  await logMails('smart_bcc');
  crm.company.hasSmartBcc = false;
  await enroll();
  expect([copies(), activities()]).toEqual([[], await alex.subjects()]);
  expect((await alex.lastMail()).html).toMatch(/\/t\/o\//);
});
