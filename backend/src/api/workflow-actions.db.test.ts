import { enrollOutput } from '@salesos/shared/actions.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { startApi } from './api.harness.ts';
import { addRecord, type CustomerWithSequence, customerWithSequence } from './enrolling.harness.ts';

const on = await startApi();
let acme: CustomerWithSequence;
let recordId: string;
let callbacks = 0;

beforeEach(async () => {
  acme = await customerWithSequence(on);
  recordId = addRecord(on, acme);
});

describe('a workflow action', () => {
  const execution = (changes: object = {}) => ({
    callbackId: `ap-${recordId}`,
    origin: { portalId: Number(acme.accountId) },
    context: { source: 'WORKFLOWS', workflowId: 5 },
    object: { objectId: Number(recordId), objectType: 'CONTACT', properties: {} },
    inputFields: { sequenceId: acme.sequenceId },
    ...changes,
  });
  const run = async (action: string, body: unknown) => (await on.signed(`/hubspot/actions/${action}`, body)).body;

  test('enrolls, and a repeat of the same callback gets the same answer', async () => {
    const first = await run('enroll', execution());
    expect(first.outputFields).toMatchObject({ hs_execution_state: 'SUCCESS', result: 'enrolled' });
    expect(enrollOutput.parse(first.outputFields).firstStepAt).toMatch(/^2027-/);
    expect(await run('enroll', execution())).toEqual(first);
    const again = await run('enroll', execution({ callbackId: 'another' }));
    expect(again.outputFields).toMatchObject({ hs_execution_state: 'SUCCESS', result: 'already_in' });
  });

  test.each([
    [{ inputFields: { sequenceId: 'no-uuid' } }, 'SEQUENCE_NOT_FOUND'],
    [{ inputFields: {} }, 'SEQUENCE_NOT_FOUND'],
    [{ object: { objectId: 31337, objectType: 'CONTACT' } }, 'RECORD_NOT_FOUND'],
    [{ object: { objectId: 1, objectType: 'DEAL' } }, 'NOT_A_PERSON'],
  ])('that cannot be done goes on with a code to branch on: %j', async (changes, errorCode) => {
    const { outputFields } = await run('enroll', execution(changes));
    expect(outputFields).toMatchObject({ hs_execution_state: 'FAIL_CONTINUE', result: 'refused', errorCode });
    expect(outputFields.message).toMatch(/\.$/);
  });

  test('stops what runs, and finds nothing the second time', async () => {
    await run('enroll', execution());
    const stop = (callbackId: string) => run('stop', execution({ callbackId, inputFields: {} }));
    expect((await stop('a')).outputFields).toMatchObject({ result: 'stopped', stoppedCount: 1 });
    expect((await stop('a')).outputFields).toMatchObject({ result: 'stopped', stoppedCount: 1 });
    expect((await stop('b')).outputFields).toMatchObject({ result: 'none_active', stoppedCount: 0 });
  });

  test('pauses, resumes and recalculates, each answered in numbers a workflow can branch on', async () => {
    await run('enroll', execution());
    const act = async (action: string, inputFields = {}) =>
      (await run(action, execution({ callbackId: `${action}-${++callbacks}`, inputFields }))).outputFields;
    expect(await act('pause', { sequenceId: acme.sequenceId })).toMatchObject({
      hs_execution_state: 'SUCCESS',
      pausedCount: 1,
    });
    expect(await act('pause')).toMatchObject({ hs_execution_state: 'SUCCESS', result: 'none_active', pausedCount: 0 });
    expect(await act('resume')).toMatchObject({ hs_execution_state: 'SUCCESS', result: 'resumed', resumedCount: 1 });
    expect(await act('resume')).toMatchObject({ result: 'none_paused', resumedCount: 0 });
    expect(await act('resume', { sequenceId: 'none' })).toMatchObject({
      hs_execution_state: 'FAIL_CONTINUE',
      errorCode: 'SEQUENCE_NOT_FOUND',
    });
    const writes = acme.ctx.db.selectFrom('crmWrite').select('recordId').where('tenantId', '=', acme.ctx.tenantId);
    const queued = () => writes.where('kind', '=', 'fields').execute();
    expect(await queued()).toEqual([]);
    expect(await act('recalculate')).toMatchObject({ hs_execution_state: 'SUCCESS', score: 0, tier: 4 });
    expect(await queued()).toEqual([{ recordId }]);
    const unknown = { object: { objectId: 31337, objectType: 'CONTACT' }, callbackId: 'nobody', inputFields: {} };
    expect((await run('recalculate', execution(unknown))).outputFields).toMatchObject({
      hs_execution_state: 'FAIL_CONTINUE',
      errorCode: 'RECORD_NOT_FOUND',
    });
  });

  test('is to be repeated by HubSpot while the record cannot be read, and is done then', async () => {
    on.silent.add(recordId);
    const refused = await on.signed('/hubspot/actions/enroll', execution());
    expect([refused.status, refused.body.code]).toEqual([503, 'vendor_unavailable']);
    on.silent.clear();
    expect((await run('enroll', execution())).outputFields).toMatchObject({ result: 'enrolled' });
  });

  test('offers published sequences and mailboxes', async () => {
    const ask = (inputFieldName: string, q = '') =>
      run('options', { origin: { portalId: acme.accountId }, inputFieldName, fetchOptions: { q } });
    expect((await ask('sequenceId')).options).toMatchObject([{ label: 'Intro', value: acme.sequenceId }]);
    expect((await ask('sequenceId', 'nothing')).options).toEqual([]);
    expect((await ask('mailboxId')).options).toMatchObject([{ value: acme.mailboxId }]);
  });

  test('that is no such request, or not HubSpot’s, is refused for good', async () => {
    const shapeless = await on.signed('/hubspot/actions/enroll', { hello: 'world' });
    expect([shapeless.status, shapeless.body.code]).toEqual([400, 'invalid_request']);
    const init = { method: 'POST', body: JSON.stringify(execution()) };
    expect((await on.api.request('/hubspot/actions/enroll', init)).status).toBe(401);
  });
});
