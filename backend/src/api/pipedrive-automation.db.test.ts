import { beforeEach, describe, expect, test } from 'vitest';
import { admin, type Company, publicUrl, rep, startPipedrive } from './pipedrive.harness.ts';

const on = await startPipedrive();
let acme: Company;

beforeEach(async () => {
  acme = await on.company();
});

describe('an automation of Pipedrive', () => {
  let password: string;
  let base: string;
  beforeEach(async () => {
    const session = await acme.session(admin);
    const { body } = await on.card(session, '/cards/automation/rotate');
    password = body.password!;
    base = body.url;
  });
  const run = (path: string, body: Record<string, string> | string, more: object = {}) =>
    acme.runAutomation({ url: base, path, user: 'salesos', password, body, ...more });

  test('enrolls by name, once for each run, and tells the record and the settings what became of it', async () => {
    await acme.publish('First contact');
    const kim = acme.addKim();
    const request = { sequence: 'first contact ', person_id: String(kim), run_key: 'run-1' };
    const first = await run('enroll', request);
    expect(first).toMatchObject({ status: 200, body: { result: 'enrolled' } });
    expect((await run('enroll', request)).body).toEqual(first.body);
    expect((await run('enroll', { ...request, run_key: 'run-2' })).body).toMatchObject({ result: 'already_in' });
    expect(await acme.enrollments()).toHaveLength(1);
    await on.runJobs();
    expect(acme.fieldValues(kim)['SalesOS sequence result']).toBe('Already in the sequence');
    const session = await acme.session(admin);
    const { body } = await on.card(session, '/cards/automation');
    expect(body).toMatchObject({ password: null, userName: 'salesos', url: base });
    expect(body.deliveries[0]).toMatchObject({ action: 'Enroll in sequence', personName: 'Kim Larsen' });
  });

  test('may send a form, numbers, an id for a name, and a deal for its person; and stops', async () => {
    const sequence = await acme.publish('By form');
    const kim = acme.addKim();
    const deal = acme.create('deal', { values: { title: 'Big', person_id: kim } });
    const form = { sequence, deal_id: String(deal), person_id: '', owner_id: '5', run_key: 'r' };
    expect((await run('enroll', form, { asForm: true, method: 'PUT' })).body).toMatchObject({ result: 'enrolled' });
    const stop = JSON.stringify({ person_id: kim, run_key: 1 });
    expect((await run('stop', stop)).body).toMatchObject({ result: 'stopped', stoppedCount: 1 });
    await on.runJobs();
    expect(acme.fieldValues(kim)['SalesOS sequence result']).toBe('Changed');
  });

  test('is answered with 200 and a reason where SalesOS refuses', async () => {
    const kim = acme.addKim();
    await acme.publish('Intro');
    const refusals: [Record<string, string>, string][] = [
      [{ sequence: 'No such', person_id: String(kim) }, 'SEQUENCE_NOT_FOUND'],
      [{ sequence: 'Intro' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', person_id: '999999' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', deal_id: '999999' }, 'RECORD_NOT_FOUND'],
      [{ sequence: 'Intro', person_id: '../users' }, 'INVALID_BODY'],
    ];
    for (const [body, errorCode] of refusals)
      expect(await run('enroll', body)).toMatchObject({ status: 200, body: { result: 'refused', errorCode } });
    expect(await acme.enrollments()).toEqual([]);
  });

  test('is refused with a wrong password, one of another company, and the one before', async () => {
    const kim = { person_id: String(acme.addKim()) };
    const other = await on.company();
    const theirs = (await on.card(await other.session(admin), '/cards/automation/rotate')).body;
    for (const more of [{ password: 'x' }, { user: 'admin' }, { user: '' }, { password: theirs.password }])
      expect((await run('stop', kim, more)).status).toBe(401);
    expect((await run('stop', kim, { url: `${publicUrl}/pipedrive/nothing/automation/` })).status).toBe(401);
    expect((await run('drop', kim)).status).toBe(404);
    const session = await acme.session(admin);
    await on.card(session, '/cards/automation/rotate');
    expect((await run('stop', kim)).status).toBe(401);
  });

  test('only an admin sees or changes the password', async () => {
    await acme.installFor(rep);
    const session = await acme.session(rep);
    for (const path of ['/cards/automation', '/cards/automation/rotate'] as const)
      expect((await on.card(session, path)).status).toBe(403);
  });

  test('that met a Pipedrive without an answer is repeated by itself', async () => {
    await acme.publish('Later');
    const kim = acme.addKim();
    on.fake.faults.next({ kind: 'status', status: 503, match: ({ path }) => path === `/api/v2/persons/${kim}` });
    const request = { sequence: 'Later', person_id: String(kim), run_key: 'run' };
    expect(await run('enroll', request)).toMatchObject({ status: 200, body: { result: 'later' } });
    expect(await acme.enrollments()).toEqual([]);
    await on.advance(120);
    await on.runJobs();
    expect(await acme.enrollments()).toHaveLength(1);
  });
});

describe('the field “SalesOS sequence”', () => {
  const settle = async () => {
    for (let round = 0; round < 3; round += 1) {
      await on.fake.deliver();
      await on.runJobs();
    }
  };

  test('offers the published sequences, and no others', async () => {
    expect(acme.fieldOptions('SalesOS sequence')).toEqual(['No sequence is published yet']);
    const one = await acme.publish('One');
    await acme.publish('Two');
    expect(acme.fieldOptions('SalesOS sequence').sort()).toEqual(['One', 'Two']);
    await acme.archive(one);
    expect(acme.fieldOptions('SalesOS sequence')).toEqual(['Two']);
  });

  test('enrolls whoever it is set for, says so in the record, and is empty again', async () => {
    await acme.publish('Chosen');
    const kim = acme.addKim();
    acme.choose(kim, 'SalesOS sequence', 'Chosen');
    await settle();
    expect(await acme.enrollments()).toMatchObject([{ startedBy: 'The field “SalesOS sequence”' }]);
    expect(acme.fieldValues(kim)).toMatchObject({ 'SalesOS sequence': '', 'SalesOS sequence result': 'Enrolled' });
    acme.choose(kim, 'SalesOS sequence', 'Chosen');
    await settle();
    expect(acme.fieldValues(kim)).toMatchObject({
      'SalesOS sequence': '',
      'SalesOS sequence result': 'Already in the sequence',
    });
  });
});
