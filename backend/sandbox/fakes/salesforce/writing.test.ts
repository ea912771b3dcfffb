/** What the fake org takes, and what it refuses. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf, rowCodes, type ServedOrg, startOrg } from './fake-salesforce.harness.ts';

let org: ServedOrg;
beforeEach(async () => {
  org = await startOrg();
});
afterEach(() => org.close());

const contact = (values: object = {}) => ({ attributes: { type: 'Contact' }, LastName: 'Ng', ...values });

describe('writes', () => {
  test.each([
    [{ Title: 'x'.repeat(129) }, 'STRING_TOO_LONG'],
    [{ LastName: null }, 'REQUIRED_FIELD_MISSING'],
    [{ Email: 'no address' }, 'INVALID_EMAIL_ADDRESS'],
    [{ salesos__Tier__c: '9' }, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    [{ salesos__Score__c: '62' }, 'JSON_PARSER_ERROR'],
    [{ OwnerId: 'robin' }, 'MALFORMED_ID'],
    [{ AccountId: '0015g00000zzzzzAAA' }, 'INVALID_CROSS_REFERENCE_KEY'],
    [{ AccountId: '0015g00000zzzzzAAB' }, 'MALFORMED_ID'],
    [{ CreatedDate: '2026-03-02T09:00:00Z' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
  ])('refuse the row %j alone', async (values, code) => {
    expect(rowCodes(await org.collection('POST', [contact(values), contact()]))).toEqual([code, 'ok']);
    expect(org.fake.org.count('Contact')).toBe(1);
  });

  test('refuse an owner who left, a record that is gone, and a lead that was converted', async () => {
    const gone = org.fake.org.users()[1]!.id;
    expect(rowCodes(await org.collection('POST', [contact({ OwnerId: gone })]))).toEqual(['INACTIVE_OWNER_OR_USER']);
    const id = org.addContact();
    org.fake.org.delete(id);
    expect(rowCodes(await org.collection('PATCH', [contact({ id })]))).toEqual(['ENTITY_IS_DELETED']);
    const lead = org.fake.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd', Email: 'lee@lee.test' });
    const into = org.fake.org.convert(lead);
    expect(org.fake.org.values(into)).toMatchObject({ LastName: 'Lee', Email: 'lee@lee.test' });
    const row = { attributes: { type: 'Lead' }, id: lead, Title: 'x' };
    expect(rowCodes(await org.collection('PATCH', [row]))).toEqual(['CANNOT_UPDATE_CONVERTED_LEAD']);
  });

  test('a field nobody may see refuses the whole request, one nobody may edit only its row', async () => {
    org.fake.org.settings.hiddenFields.add('Contact.salesos__Score__c');
    const whole = await org.collection('POST', [contact(), contact({ salesos__Score__c: 1 })]);
    expect([whole.status, codeOf(whole)]).toEqual([400, 'INVALID_FIELD']);
    org.fake.org.settings.hiddenFields.clear();
    org.fake.org.settings.readOnlyFields.add('Contact.salesos__Score__c');
    expect(rowCodes(await org.collection('POST', [contact(), contact({ salesos__Score__c: 1 })]))).toEqual([
      'ok',
      'INVALID_FIELD_FOR_INSERT_UPDATE',
    ]);
    org.fake.org.settings.isPackageInstalled = false;
    expect(codeOf(await org.query('SELECT salesos__Tier__c FROM Contact'))).toBe('INVALID_FIELD');
  });

  test('more than 200 rows, more than ten changes of object, or one bad row of all or none write nothing', async () => {
    const many = Array.from({ length: 201 }, () => contact());
    expect((await org.collection('POST', many)).status).toBe(400);
    const task = { attributes: { type: 'Task' }, Subject: 'x' };
    const mixed = Array.from({ length: 11 }, (_, index) => (index % 2 ? task : contact()));
    expect((await org.collection('POST', mixed)).status).toBe(400);
    const both = await org.collection('POST', [contact(), contact({ LastName: null })], true);
    expect(rowCodes(both)).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
    expect([org.fake.org.count('Contact'), org.fake.org.count('Task')]).toEqual([0, 0]);
  });

  test('meet locks, rules of the org, and an org that takes nothing', async () => {
    const id = org.addContact();
    org.fake.org.lock(id, 1);
    const change = () => org.collection('PATCH', [contact({ id, Title: 'x' })]);
    expect(rowCodes(await change())).toEqual(['UNABLE_TO_LOCK_ROW']);
    expect(rowCodes(await change())).toEqual(['ok']);
    org.fake.org.addRule({ type: 'Contact', errorCode: 'DUPLICATES_DETECTED', message: 'Twice', refuses: () => true });
    expect(rowCodes(await change())).toEqual(['DUPLICATES_DETECTED']);
    org.fake.org.settings.isReadOnly = true;
    expect(rowCodes(await change())).toEqual(['INSUFFICIENT_ACCESS_OR_READONLY']);
  });
});

describe('mails', () => {
  const mail = (values: object = {}) => ({
    attributes: { type: 'EmailMessage' },
    Subject: 'Hello',
    Status: '3',
    FromAddress: 'rep@seller.test',
    ...values,
  });

  test('make their own task and relations, and are closed once sent', async () => {
    const accountId = org.fake.org.create('Account', { Name: 'Acme Ltd' });
    const kim = org.addContact({ AccountId: accountId });
    const { body } = await org.collection('POST', [mail({ ToIds: [kim], RelatedToId: accountId })]);
    const { id } = body[0];
    expect(org.fake.org.timeline(kim)).toMatchObject([{ id, kind: 'email', subject: 'Hello' }]);
    expect(org.fake.org.accountTimeline(accountId)).toHaveLength(1);
    const change = { attributes: { type: 'EmailMessage' }, id, Subject: 'Changed' };
    expect(rowCodes(await org.collection('PATCH', [change]))).toEqual(['INVALID_FIELD_FOR_INSERT_UPDATE']);
    const visible = { attributes: { type: 'EmailMessage' }, id, IsExternallyVisible: true };
    expect(rowCodes(await org.collection('PATCH', [visible]))).toEqual(['ok']);
  });

  test('that are no case mail name no activity, and a lead shares none with another object', async () => {
    const task = org.fake.org.create('Task', { Subject: 'x' });
    const lead = org.fake.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd' });
    const account = org.fake.org.create('Account', { Name: 'Acme' });
    const both = { attributes: { type: 'Task' }, Subject: 'x', WhoId: lead, WhatId: account };
    const answer = await org.collection('POST', [mail({ ActivityId: task }), both]);
    expect(rowCodes(answer)).toEqual(['FIELD_INTEGRITY_EXCEPTION', 'FIELD_INTEGRITY_EXCEPTION']);
    expect(org.fake.org.mailCount()).toBe(0);
  });
});
