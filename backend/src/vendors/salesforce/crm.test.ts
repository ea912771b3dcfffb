import { describe, expect, onTestFinished, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import type { HttpRequest } from '../../core/http.ts';
import { crmContract } from '../../crm-sync/crm.contract.ts';
import { readOne } from '../../crm-sync/crm.harness.ts';
import { CrmDisconnected, CrmRefused, type PersonFields } from '../../crm-sync/crm.ts';
import { createSalesforceHarness, type SalesforceHarness } from './crm.harness.ts';
import { salesforceBudget } from './vendor.ts';

const sent: HttpRequest[] = [];
crmContract('Salesforce', () => createSalesforceHarness(sent));

async function start(options: Parameters<typeof createSalesforceHarness>[1] = {}): Promise<SalesforceHarness> {
  sent.length = 0;
  const harness = await createSalesforceHarness(sent, options);
  harness.org.settings.isPackageInstalled = true;
  onTestFinished(harness.close);
  return harness;
}

const fields = (recordId: string, changes: Partial<PersonFields> = {}): PersonFields => ({
  recordId,
  score: 1,
  tier: 4,
  lastEngagedAt: null,
  sequenceStatus: 'None',
  statusReason: '',
  ...changes,
});
const lead = (crm: SalesforceHarness, values: Record<string, string> = {}) =>
  crm.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd', Email: 'lee@lee.test', ...values });
const calls = (crm: SalesforceHarness) =>
  crm.fake.requests.map(({ method, path }) => `${method} ${path.split('/v68.0')[1]}`);

describe('leads', () => {
  test('are people too, with the company they name', async () => {
    const crm = await start();
    const id = lead(crm, { Country: 'Japan', Company: '[not provided]' });
    const person = { recordId: id, objectType: 'Lead', lastName: 'Lee', companyName: null, country: 'Japan' };
    expect(await readOne(crm, id)).toMatchObject({ outcome: 'found', person });
    expect(await crm.vendor.findByAddress(crm.account, 'Lee@lee.test')).toMatchObject([person]);
    expect(await crm.vendor.writeFields(crm.account, [fields(id)])).toEqual([{ outcome: 'written', crmId: id }]);
  });

  test('that were converted live on as their contact, for reading and for mails', async () => {
    const crm = await start();
    const id = lead(crm);
    const contactId = crm.org.convert(id);
    expect(await readOne(crm, id)).toEqual({ outcome: 'merged', intoRecordId: contactId });
    const found = await crm.vendor.findByAddress(crm.account, 'lee@lee.test');
    expect(found.map(({ recordId }) => recordId)).toEqual([contactId]);
    expect(await crm.vendor.writeFields(crm.account, [fields(id)])).toMatchObject([
      { outcome: 'refused', code: 'CANNOT_UPDATE_CONVERTED_LEAD' },
    ]);
  });
});

describe('ids and addresses', () => {
  test('an id of 15 characters leads to the one of 18', async () => {
    const crm = await start();
    const id = crm.addPerson({ email: 'kim@acme.test' });
    const short = await readOne(crm, id.slice(0, 15));
    expect(short).toEqual({ outcome: 'merged', intoRecordId: id });
  });

  test.each(["' OR Email != '@", "\\' OR Email != '@", "kim@acme.test' OR Id != '", "%@acme.test'--\n"])(
    'the address %j finds nobody',
    async (address) => {
      const crm = await start();
      crm.addPerson({ email: 'kim@acme.test' });
      expect(await crm.vendor.findByAddress(crm.account, address)).toEqual([]);
      expect(crm.fake.requests.at(-1)?.path).toContain('/query');
    },
  );

  test('what is no id reaches no path, and a token goes to no other host', async () => {
    const crm = await start();
    for (const id of ['', '003', "003' OR Id != '", '001000000000000AAA']) {
      expect(await readOne(crm, id)).toEqual({ outcome: 'missing' });
    }
    expect(await crm.vendor.writeFields(crm.account, [fields('../x')])).toMatchObject([{ outcome: 'refused' }]);
    for (const apiUrl of ['https://evil.test', 'http://127.0.0.1:1', null]) {
      const account = { ...crm.account, apiUrl };
      await expect(crm.vendor.listOwners(account)).rejects.toBeInstanceOf(CrmDisconnected);
    }
    expect(sent).toEqual([]);
  });
});

describe('what the org does not allow', () => {
  test('a validation, duplicate or trigger rule is about its row, said in a sentence, and not tried again', async () => {
    const crm = await start();
    const [kim, lee] = [crm.addPerson({ firstName: 'Kim' }), crm.addPerson({ firstName: 'Lee' })];
    const sentences = {
      FIELD_CUSTOM_VALIDATION_EXCEPTION: 'A validation rule in Salesforce does not allow it: Own words',
      DUPLICATES_DETECTED: 'A duplicate rule in Salesforce does not allow it: Own words',
      CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'An automation in Salesforce stopped it: Own words',
    };
    for (const [errorCode, reason] of Object.entries(sentences)) {
      let isOn = true;
      const refuses = (values: Record<string, unknown>) => isOn && values.FirstName === 'Kim';
      crm.org.addRule({ type: 'Contact', errorCode, message: 'Own words', refuses });
      const results = await crm.vendor.writeFields(crm.account, [fields(kim), fields(lee)]);
      expect(results).toEqual([
        { outcome: 'refused', code: errorCode, reason },
        { outcome: 'written', crmId: lee },
      ]);
      isOn = false;
    }
  });

  test('a locked record is tried again', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    crm.org.lock(kim, 1);
    const [first] = await crm.vendor.writeFields(crm.account, [fields(kim)]);
    expect(first).toMatchObject({ outcome: 'retry', maybeWritten: false, reason: 'UNABLE_TO_LOCK_ROW' });
    expect(await crm.vendor.writeFields(crm.account, [fields(kim)])).toMatchObject([{ outcome: 'written' }]);
  });

  test('a missing package and missing permissions are told apart, by name, with what the admin does', async () => {
    const crm = await start();
    const { settings } = crm.org;
    const refusal = () => crm.ensureFieldsAsIs().catch((error: unknown) => error);
    expect(await refusal()).toBeUndefined();
    settings.isPackageInstalled = false;
    expect(await refusal()).toMatchObject({ code: 'PACKAGE_MISSING', howToFix: expect.stringContaining('Install') });
    settings.isPackageInstalled = true;
    settings.readOnlyFields.add('Lead.salesos__Tier__c');
    const error = await refusal();
    expect(error).toBeInstanceOf(CrmRefused);
    expect(error).toMatchObject({
      code: 'FIELD_PERMISSION_MISSING',
      message: expect.stringContaining('Lead.salesos__Tier__c'),
    });
    expect((error as CrmRefused).message).not.toContain('Contact.');
    settings.readOnlyFields.clear();
    settings.hiddenFields.add('Contact.HasOptedOutOfEmail');
    expect(await refusal()).toMatchObject({
      code: 'FIELD_PERMISSION_MISSING',
      message: 'SalesOS may not read these fields: Contact.HasOptedOutOfEmail.',
    });
  });

  test('a user without access to the API is said everywhere, with what the admin does', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    const body = JSON.stringify([{ errorCode: 'API_CURRENTLY_DISABLED', message: 'API is disabled for this User' }]);
    crm.fake.faults.next({ kind: 'status', status: 403, body, times: 100 });
    const howToFix = expect.stringContaining('API Enabled');
    await expect(readOne(crm, kim)).rejects.toMatchObject({ status: 503, message: howToFix });
    await expect(crm.ensureFieldsAsIs()).rejects.toMatchObject({ code: 'API_CURRENTLY_DISABLED', howToFix });
    const refused = { outcome: 'refused', code: 'API_CURRENTLY_DISABLED', howToFix };
    expect(await crm.vendor.writeFields(crm.account, [fields(kim)])).toMatchObject([refused]);
    expect(await crm.vendor.writeFields(crm.account, [fields(kim), fields('003000000000001AAA')])).toMatchObject([
      refused,
      refused,
    ]);
  });

  test('a field without permission costs one call for all rows', async () => {
    const crm = await start();
    const people = Array.from({ length: 40 }, () => crm.addPerson({}));
    crm.org.settings.hiddenFields.add('Contact.salesos__Tier__c');
    const results = await crm.vendor.writeFields(
      crm.account,
      people.map((id) => fields(id)),
    );
    expect(new Set(results.map((one) => one.outcome === 'refused' && one.code))).toEqual(new Set(['INVALID_FIELD']));
    expect(calls(crm).filter((one) => one.startsWith('PATCH'))).toHaveLength(1);
  });

  test('a standard field that an admin hides after we saw it is left out from then on', async () => {
    const crm = await start();
    const kim = crm.addPerson({ firstName: 'Kim', jobTitle: 'Buyer' });
    await readOne(crm, kim);
    crm.org.settings.hiddenFields.add('Contact.Title');
    const answer = await readOne(crm, kim);
    expect(answer).toMatchObject({ outcome: 'found', person: { firstName: 'Kim', jobTitle: null } });
  });

  test('texts longer than their fields are shortened', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    await crm.vendor.writeFields(crm.account, [fields(kim, { statusReason: 'x'.repeat(300) })]);
    expect(crm.fieldsOf(kim).statusReason).toHaveLength(255);
  });
});

describe('limits', () => {
  test('rows go out side by side with their account, 200 to a call', async () => {
    const crm = await start();
    const people = Array.from({ length: 401 }, () => crm.addPerson({}));
    const accounts = ['A', 'B'].map((name) => crm.org.create('Account', { Name: name }));
    for (const [index, id] of people.entries()) crm.org.update(id, { AccountId: accounts[index % 2]! });
    await crm.vendor.writeFields(
      crm.account,
      people.map((id) => fields(id)),
    );
    const bodies = sent.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(String(body)));
    expect(bodies.map(({ records, allOrNone }) => [records.length, allOrNone])).toEqual(
      [200, 200, 1].map((n) => [n, false]),
    );
    const order = bodies.flatMap(({ records }) =>
      records.map(({ id }: { id: string }) => crm.org.values(id).AccountId),
    );
    expect(order).toEqual(order.toSorted());
  });

  test('from 80 % of the day on background work waits, while what people wait for is still asked', async () => {
    const crm = await start();
    const kim = crm.addPerson({ email: 'kim@acme.test' });
    crm.org.useRequests(12_000);
    await readOne(crm, kim);
    const before = crm.fake.requests.length;
    const [result] = await crm.vendor.writeFields(crm.account, [fields(kim)]);
    expect(result).toMatchObject({ outcome: 'retry', maybeWritten: false, retryAfterSeconds: 900 });
    const { cursor } = await crm.vendor.readChanges!(crm.account, null);
    await expect(crm.vendor.readChanges!(crm.account, cursor)).rejects.toBeInstanceOf(VendorUnavailable);
    expect(crm.fake.requests.length).toBe(before);
    expect((await readOne(crm, kim)).outcome).toBe('found');
    crm.wait(86_401);
    crm.renewToken();
    expect(await crm.vendor.writeFields(crm.account, [fields(kim)])).toMatchObject([{ outcome: 'written' }]);
  });

  test('our own allowance keeps a burst small', async () => {
    const crm = await start({ calls: salesforceBudget.calls });
    for (let call = 0; call < salesforceBudget.calls; call += 1) await crm.vendor.listOwners(crm.account);
    await expect(crm.vendor.listOwners(crm.account)).rejects.toBeInstanceOf(VendorUnavailable);
    expect(crm.fake.requests).toHaveLength(salesforceBudget.calls);
  });
});
