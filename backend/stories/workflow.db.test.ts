import { expect, test } from 'vitest';
import { startTestApp } from '../testing/app.ts';

const address = 'alex.moreau@atelier-lumen.example';

test('the workflow action enrolls with both signatures, and the same callback again changes nothing', async () => {
  const app = await startTestApp();
  const alex = app.person(address);
  const run = await alex.workflow('enroll');
  expect(run).toMatchObject({ state: 'succeeded', outputFields: { result: 'enrolled', errorCode: '' } });
  expect(run.outputFields.firstStepAt).toBe('2027-01-04T09:00:00.000Z');
  expect(Object.keys(run.lastRequest!.headers)).toEqual(
    expect.arrayContaining(['X-HubSpot-Signature-v3', 'X-HubSpot-Signature']),
  );
  expect(await alex.mails()).toHaveLength(1);

  const again = await alex.repeats(run);
  expect(again).toEqual({ status: 200, outputFields: run.outputFields });
  expect(await alex.mails()).toHaveLength(1);
  expect((await alex.card()).enrollments).toHaveLength(1);

  const second = await alex.workflow('enroll');
  expect(second.outputFields).toMatchObject({ hs_execution_state: 'SUCCESS', result: 'already_in' });
  expect((await alex.card()).enrollments).toHaveLength(1);
});

test('one of the two signatures is enough, and a wrong one is refused', async () => {
  const app = await startTestApp();
  const alex = app.person(address);
  const run = await alex.workflow('enroll');
  for (const only of ['X-HubSpot-Signature-v3', 'X-HubSpot-Signature']) {
    expect((await alex.repeats(run, { only })).status, only).toBe(200);
    expect((await alex.repeats(run, { only, body: run.lastRequest!.body.replace('CONTACT', 'CONTACt') })).status).toBe(
      401,
    );
  }
  expect((await alex.repeats(run, { only: 'none' })).status).toBe(401);
});

test('a refusal answers with a code that a workflow can branch on', async () => {
  const app = await startTestApp();
  const alex = app.person(address);
  const code = async (inputs?: Record<string, string>) => {
    const { state, outputFields } = await alex.workflow('enroll', inputs);
    return [state, outputFields.errorCode];
  };
  const portal = app.hubspot.portal(app.home.account.id);
  expect(await code({ sequenceId: app.home.ctx.tenantId })).toEqual(['failed_and_continued', 'SEQUENCE_NOT_FOUND']);
  portal.updateContact(alex.recordId(), { email: '' });
  await app.settle();
  expect(await code()).toEqual(['failed_and_continued', 'NO_ADDRESS']);
  portal.updateContact(alex.recordId(), { email: address });
  await app.settle();
  app.google.revoke(app.home.user.email);
  await app.advance(4000);
  expect(await code()).toEqual(['failed_and_continued', 'MAILBOX_DISCONNECTED']);
  expect(await alex.mails()).toEqual([]);
});

test('the stop action stops what runs, and says so when nothing does', async () => {
  const app = await startTestApp();
  const alex = app.person(address);
  expect((await alex.workflow('stop')).outputFields).toMatchObject({ result: 'none_active', stoppedCount: 0 });
  await alex.workflow('enroll');
  expect((await alex.workflow('stop')).outputFields).toMatchObject({ result: 'stopped', stoppedCount: 1 });
  await app.advance(30 * 86_400);
  expect(await alex.mails()).toHaveLength(1);
});

test('while HubSpot does not answer the action fails for now, and HubSpot’s own repetition enrolls once', async () => {
  const app = await startTestApp();
  const alex = app.person(address);
  app.hubspot.addFault({ path: /objects/, times: 20, kind: { error: 503 } });
  const run = await alex.workflow('enroll');
  expect([run.state, run.lastStatus]).toEqual(['waiting', 503]);
  app.hubspot.clearFaults();
  await app.advance(60);
  expect(run.state).toBe('succeeded');
  expect(await alex.mails()).toHaveLength(1);
});
