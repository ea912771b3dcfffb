import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpRequest } from '../../core/http.ts';
import { crmContract } from '../../crm-sync/crm.contract.ts';
import { readOne } from '../../crm-sync/crm.harness.ts';
import { CrmDisconnected, CrmRefused } from '../../crm-sync/crm.ts';
import { problemsOf } from '../hubspot/request-check.ts';
import { mail } from '../mails.harness.ts';
import { createPipedriveHarness, hookUrl, type PipedriveHarness } from './crm.harness.ts';

const sent: HttpRequest[] = [];
crmContract('Pipedrive', () => createPipedriveHarness(sent));

async function start(options: Parameters<typeof createPipedriveHarness>[1] = {}): Promise<PipedriveHarness> {
  const harness = await createPipedriveHarness(sent, options);
  onTestFinished(harness.close);
  return harness;
}

const refusalOf = async (work: Promise<unknown>): Promise<CrmRefused> => {
  const error = await work.then(() => null).catch((thrown: unknown) => thrown);
  if (!(error instanceof CrmRefused)) throw new Error(`no refusal: ${String(error)}`);
  return error;
};

describe('the fields in Pipedrive', () => {
  test('that the plan has no room for are a refusal that says what to do, and are made when there is room', async () => {
    const on = await start({ plan: 'lite', publicUrl: hookUrl });
    for (let index = 0; index < 28; index += 1) on.company.addField(`Own ${index}`, 'varchar');
    const refusal = await refusalOf(on.vendor.ensureFields(on.account));
    expect(refusal).toMatchObject({ code: 'FIELD_LIMIT', howToFix: expect.stringContaining('change the plan') });
    // What the plan does allow is done all the same.
    expect(on.company.hooks().filter(({ name }) => name.startsWith('SalesOS'))).toHaveLength(3);
    for (let index = 0; index < 10; index += 1) on.company.removeField(`Own ${index}`);
    await on.vendor.ensureFields(on.account);
    const names = [...on.company.company.fields.person.values()].map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('SalesOS ')).length).toBe(7);
  });

  test('may not be added by a regular user without the permission', async () => {
    const on = await start();
    const token = on.company.install(72).access_token;
    const account = { ...on.account, token: async () => token };
    expect((await refusalOf(on.vendor.ensureFields(account))).code).toBe('FIELDS_FORBIDDEN');
    on.company.allowFields(72);
    await on.vendor.ensureFields(account);
  });

  test('that a colleague made with the same name but another type are left alone', async () => {
    const on = await start();
    const own = on.company.addField('SalesOS score', 'varchar');
    await on.vendor.ensureFields(on.account);
    const kim = on.addPerson({ firstName: 'Kim' });
    const person = { recordId: kim, score: 5, tier: 4, lastEngagedAt: null, sequenceStatus: '', statusReason: '' };
    expect((await on.vendor.writeFields(on.account, [person]))[0]?.outcome).toBe('written');
    expect(on.company.record('person', Number(kim)).customFields[own]).toBeUndefined();
  });

  test('offer exactly the sequences that are published, and read what was chosen by its name', async () => {
    const on = await start();
    await on.vendor.ensureFields(on.account);
    const { automation } = on.vendor;
    await automation!.offerChoices(on.account, ['One', 'Two', 'One']);
    await automation!.offerChoices(on.account, ['Two', 'Three']);
    expect(on.company.fieldOptions('SalesOS sequence')).toEqual(['Two', 'Three']);
    const kim = on.addPerson({ firstName: 'Kim' });
    expect(await automation!.readChoice(on.account, kim)).toBeNull();
    on.company.choose(Number(kim), 'SalesOS sequence', 'Three');
    const choices = on.notices().map((body) => automation!.parseChoice(body));
    expect(choices.at(-1)).toMatchObject({ accountId: '7001', recordId: kim });
    expect(await automation!.readChoice(on.account, kim)).toBe('Three');
    const noted: Record<string, unknown> = {};
    const account = {
      ...on.account,
      noteWrite: async (_: string, values: object) => void Object.assign(noted, values),
    };
    const written = await automation!.writeResult(account, kim, 'enrolled', { clearChoice: true });
    expect(written.outcome).toBe('written');
    // Its notice says just what was noted, so that it is known as ours.
    const notices = on.notices().flatMap((body) => on.vendor.parseNotices(body));
    expect(notices).toMatchObject([{ kind: 'changed', recordId: kim, changedTo: noted }]);
    expect(Object.keys(noted)).toHaveLength(2);
    expect(await automation!.readChoice(on.account, kim)).toBeNull();
    await automation!.offerChoices(on.account, []);
    expect(on.company.fieldOptions('SalesOS sequence')).toEqual(['No sequence is published yet']);
  });
});

test('a person has a Smart BCC address of their own, which is no value for templates, or none', async () => {
  const on = await start();
  const [kim, lee] = [on.addPerson({ firstName: 'Kim' }), on.addPerson({ firstName: 'Lee' })];
  const read = async (recordId: string) => {
    const answer = await readOne(on, recordId);
    if (answer.outcome !== 'found') throw new Error(answer.outcome);
    return answer.person;
  };
  const addresses = [(await read(kim)).mailCopyTo, (await read(lee)).mailCopyTo];
  expect(new Set(addresses)).toHaveLength(2);
  expect(JSON.stringify((await read(kim)).properties)).not.toContain(addresses[0]);
  on.company.company.hasSmartBcc = false;
  expect((await read(kim)).mailCopyTo).toBeNull();
});

describe('the webhooks in Pipedrive', () => {
  const ours = (on: PipedriveHarness) =>
    on.company.hooks().filter(({ subscriptionUrl }) => subscriptionUrl === `${hookUrl}/pipedrive/connection/webhooks`);

  test('are made once, and made again when they are gone or point elsewhere', async () => {
    const on = await start({ publicUrl: hookUrl });
    await on.vendor.ensureFields(on.account);
    const first = ours(on);
    expect(first.map(({ eventObject, eventAction }) => `${eventObject} ${eventAction}`)).toEqual([
      'person create',
      'person change',
      'person delete',
    ]);
    expect(first.every(({ user, password }) => user === 'pipedrive' && (password?.length ?? 0) > 40)).toBe(true);
    await on.vendor.ensureFields(on.account);
    expect(ours(on)).toEqual(first);
    on.company.company.hooks.delete(first[1]!.id);
    first[2]!.subscriptionUrl = 'https://old.example.com/pipedrive/connection/webhooks';
    await on.vendor.ensureFields(on.account);
    expect(ours(on)).toHaveLength(3);
    expect(on.company.hooks().some(({ subscriptionUrl }) => subscriptionUrl.startsWith('https://old'))).toBe(false);
  });

  test('over the limit of 40, and by a user who is no admin, are refusals that say what to do', async () => {
    const on = await start({ publicUrl: hookUrl });
    const [seeded] = on.company.hooks();
    for (let id = 1000; id < 1040; id += 1) on.company.company.hooks.set(id, { ...seeded!, id });
    expect(await refusalOf(on.vendor.ensureFields(on.account))).toMatchObject({ code: 'WEBHOOK_LIMIT' });
    on.company.allowFields(72);
    const token = on.company.install(72).access_token;
    const regular = { ...on.account, token: async () => token };
    expect(await refusalOf(on.vendor.ensureFields(regular))).toMatchObject({ code: 'WEBHOOKS_FORBIDDEN' });
  });
});

describe('what others change in Pipedrive', () => {
  test('is told although we wrote the same person just before', async () => {
    const on = await start();
    await on.vendor.ensureFields(on.account);
    const kim = on.addPerson({ firstName: 'Kim' });
    const person = { recordId: kim, score: 5, tier: 4, lastEngagedAt: null, sequenceStatus: 'Idle', statusReason: '' };
    await on.vendor.writeFields(on.account, [person]);
    on.notices();
    const read = () => on.notices().flatMap((body) => on.vendor.parseNotices(body));
    // By hand, and so not by us.
    on.company.choose(Number(kim), 'SalesOS tier', '1');
    const [byHand] = read();
    expect(byHand).toMatchObject({ kind: 'changed', recordId: kim });
    expect(byHand).not.toHaveProperty('changedTo');
    // Through the API as we do: the values say whether it was us.
    const other = on.company.install(72).access_token;
    const code = [...on.company.company.fields.person.values()].find(({ name }) => name === 'SalesOS tier')!;
    const four = code.options!.find(({ label }) => label === '4')!.id;
    await on.fake.app.request(`/api/v2/persons/${kim}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${other}` },
      body: JSON.stringify({ custom_fields: { [code.code]: four } }),
    });
    expect(read()).toMatchObject([{ kind: 'changed', recordId: kim, changedTo: { [code.code]: four } }]);
  });
});

describe('mails in Pipedrive', () => {
  test('for an owner who left are written without one', async () => {
    const on = await start();
    const kim = on.addPerson({ firstName: 'Kim' });
    expect((await on.vendor.logEmails(on.account, [mail(kim, { ownerId: '999' })]))[0]?.outcome).toBe('written');
    expect(on.timeline(kim)).toMatchObject([{ ownerId: '71' }]);
  });

  test('whose key begins like another’s are not taken for it', async () => {
    const on = await start();
    const kim = on.addPerson({ firstName: 'Kim' });
    await on.vendor.logEmails(on.account, [mail(kim, { key: 'message-10' })]);
    await on.vendor.logEmails(on.account, [mail(kim, { key: 'message-1', maybeWritten: true })]);
    expect(on.mailCount()).toBe(2);
  });

  test('of a size that no note can hold are cut, and still found by their key', async () => {
    const on = await start();
    const kim = on.addPerson({ firstName: 'Kim' });
    const huge = mail(kim, { text: '€'.repeat(60_000) });
    const [first] = await on.vendor.logEmails(on.account, [huge]);
    expect(first?.outcome).toBe('written');
    expect(await on.vendor.logEmails(on.account, [{ ...huge, maybeWritten: true }])).toEqual([first]);
  });

  test('to a person whom the user may not see are refused with a way to mend it', async () => {
    const on = await start();
    const kim = on.addPerson({ firstName: 'Kim' });
    const token = on.company.install(72).access_token;
    on.company.hide(72, 'person', Number(kim));
    const [result] = await on.vendor.logEmails({ ...on.account, token: async () => token }, [mail(kim)]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'NO_PERMISSION' });
  });
});

test('a company that closed its account is disconnected, and a token is sent to no other address', async () => {
  const on = await start();
  const kim = on.addPerson({ firstName: 'Kim' });
  for (const apiUrl of [
    'https://evil.example',
    'https://pipedrive.com.evil.example',
    'http://acme.pipedrive.com',
    null,
  ])
    await expect(readOne({ ...on, account: { ...on.account, apiUrl } }, kim)).rejects.toBeInstanceOf(CrmDisconnected);
  on.company.close();
  await expect(readOne(on, kim)).rejects.toBeInstanceOf(CrmDisconnected);
});

const folder = '../shared/specs/pipedrive';
describe.skipIf(!existsSync(folder))(`requests against ${folder} (skipped where it is absent)`, () => {
  const known = { v1: [], v2: [] } as Record<string, Parameters<typeof problemsOf>[1]>;
  const problemsIn = ({ method, url, body }: HttpRequest): string[] => {
    const [, version = '', rest = ''] = /\/api\/(v\d)(\/.*)$/.exec(url) ?? [];
    const request = { method, url: `https://acme.pipedrive.com${rest}`, ...(body === undefined ? {} : { body }) };
    known[version] = [JSON.parse(readFileSync(`${folder}/sdk-requests-${version}.json`, 'utf8'))];
    return problemsOf(request, known[version]).map(
      (problem) => `${method} ${version} ${new URL(url).pathname}: ${problem}`,
    );
  };

  test('the check finds a wrong path, a wrong parameter and a wrong body', () => {
    const url = 'https://acme.pipedrive.com/api/v2/persons';
    const wrong = [
      { method: 'GET', url: `${url}/nowhere/at/all` },
      { method: 'GET', url: `${url}?start=0` },
      { method: 'PATCH', url: `${url}/1`, body: '{"owner_id":"1"}' },
    ];
    for (const request of wrong) expect(problemsIn({ vendor: '', account: '', ...request })).not.toEqual([]);
  });

  test('every request the tests above sent is one Pipedrive describes', () => {
    const distinct = new Map(
      sent
        .filter(({ url }) => url.includes('/api/v'))
        .map((request) => [`${request.method} ${request.url} ${String(request.body).slice(0, 200)}`, request]),
    );
    expect(distinct.size).toBeGreaterThan(100);
    const shapes = new Map([...distinct.values()].map((request) => [shapeOf(request), request]));
    expect([...new Set([...shapes.values()].flatMap(problemsIn))]).toEqual([]);
  });
});

/** Requests that differ in ids and values only are checked once. */
function shapeOf({ method, url, body }: HttpRequest): string {
  const { pathname, searchParams } = new URL(url);
  const names = body === undefined ? [] : Object.keys(JSON.parse(String(body)) as object);
  return [method, pathname.replace(/\d+/g, '0'), [...searchParams.keys()].join(), names.join()].join(' ');
}
