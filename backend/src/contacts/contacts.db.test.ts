import { describe, expect, it } from 'vitest';
import { startTestSystem } from '../../testing/system.ts';
import type { Ctx } from '../core/ctx.ts';
import { syncOwners } from '../tenants/index.ts';
import { personFromCrm } from './contacts.harness.ts';
import {
  contactIdsInDomain,
  contactStatuses,
  deleteByRecord,
  findByAddresses,
  findByRecord,
  getContact,
  getContacts,
  listContacts,
  mergeRecords,
  type PersonFromCrm,
  saveFromCrm,
  templateVariables,
} from './index.ts';

const world = await startTestSystem();
const now = () => world.system.clock.now();
const person = (recordId: string, change: Partial<PersonFromCrm> = {}) =>
  personFromCrm(recordId, {
    addresses: [`p${recordId}@example.com`],
    firstName: 'Kim',
    lastName: 'Lee',
    companyName: 'Acme',
    ...change,
  });
const save = (ctx: Ctx, recordId: string, change: Partial<PersonFromCrm> = {}, crm = 'hubspot') =>
  saveFromCrm(ctx, crm, person(recordId, change), now());
const events = async (ctx: Ctx) =>
  (await ctx.db.selectFrom('event').select(['name', 'data']).where('tenantId', '=', ctx.tenantId).execute()).map(
    ({ name, data }) => ({ name, ...data }),
  );

describe('saving what the CRM says', () => {
  it('makes a contact with normalised addresses, owner, zone and properties', async () => {
    const ctx = await world.tenant();
    await syncOwners(ctx, 'hubspot', [{ ownerId: '9', userId: '1', email: 'rep@acme.test', name: 'Rep' }]);
    const contact = await save(ctx, '1', {
      addresses: ['Kim Lee <KIM@Bücher.example>', 'kim@xn--bcher-kva.example', ' not an address '],
      ownerId: '9',
      country: 'Frankreich',
      properties: { industry: 'Books' },
    });
    expect(contact).toMatchObject({
      name: 'Kim Lee',
      addresses: ['kim@xn--bcher-kva.example', 'not an address'],
      timeZone: 'Europe/Paris',
      timeZoneSource: 'country',
      country: 'FR',
      properties: { industry: 'Books' },
      status: 'active',
      records: [{ crm: 'hubspot', recordId: '1', objectType: '0-1' }],
    });
    expect(contact.ownerMemberId).not.toBeNull();
    expect(await getContact(ctx, contact.id)).toEqual(contact);
    expect(await events(ctx)).toEqual([{ name: 'contact.created', contactId: contact.id }]);
  });

  it('again says what changed, and says nothing when nothing did', async () => {
    const ctx = await world.tenant();
    const { id } = await save(ctx, '1', { properties: { b: '2', a: '1' } });
    await save(ctx, '1', { properties: { a: '1', b: '2' } });
    expect(await events(ctx)).toHaveLength(1);
    const changed = await save(ctx, '1', { addresses: ['new@example.com'], lastName: 'Park', properties: { a: '1' } });
    expect(changed).toMatchObject({ id, addresses: ['new@example.com'], name: 'Kim Park' });
    const fact = (await events(ctx)).find(({ name }) => name === 'contact.updated');
    expect((fact as unknown as { changed: string[] }).changed.sort()).toEqual(['addresses', 'lastName', 'properties']);
  });

  it('twice at once makes one contact', async () => {
    const ctx = await world.tenant();
    const all = await Promise.all(Array.from({ length: 5 }, () => save(ctx, '1')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await listContacts(ctx, { before: null, limit: 10 })).toHaveLength(1);
  });

  it('an answer that was read before a newer one, or before the deletion, changes nothing', async () => {
    const ctx = await world.tenant();
    const early = now();
    await world.advance(10);
    await save(ctx, '1', { firstName: 'New' });
    expect(await saveFromCrm(ctx, 'hubspot', person('1', { firstName: 'Old' }), early)).toMatchObject({
      firstName: 'New',
    });
    const readBefore = now();
    await world.advance(10);
    await deleteByRecord(ctx, 'hubspot', '1', 'deleted');
    expect(await saveFromCrm(ctx, 'hubspot', person('1'), readBefore)).toMatchObject({ status: 'deleted' });
    await world.advance(10);
    expect(await save(ctx, '1')).toMatchObject({ status: 'active', records: [{ recordId: '1' }] });
  });

  it('two records of one CRM with one address stay two people; the same address in another CRM is the same person', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1', { addresses: ['same@example.com'] });
    const there = await save(ctx, 'a', { addresses: ['Same@Example.com'] }, 'pipedrive');
    expect(there.id).toBe(one.id);
    expect(there.records).toHaveLength(2);
    const two = await save(ctx, '2', { addresses: ['same@example.com'] });
    expect(two.id).not.toBe(one.id);
    const unclear = await save(ctx, 'x', { addresses: ['same@example.com'] }, 'salesforce');
    expect([one.id, two.id]).not.toContain(unclear.id);
  });

  it('odd text is kept harmless', async () => {
    const ctx = await world.tenant();
    const odd = await save(ctx, '1', {
      firstName: ' \0 ',
      lastName: 'x'.repeat(2000),
      addresses: ['', '\0', 'ok@example.com'],
      country: 'Atlantis',
      timeZone: 'Mars/Olympus',
      properties: { a: 'b\0c' },
    });
    expect(odd).toMatchObject({
      firstName: null,
      addresses: ['ok@example.com'],
      country: 'Atlantis',
      timeZone: null,
      timeZoneSource: 'account',
      properties: { a: 'bc' },
    });
    expect(odd.lastName).toHaveLength(500);
    expect((await save(ctx, '2', { firstName: null, lastName: null, addresses: [] })).name).toBe('Unknown person');
  });
});

describe('merging records', () => {
  it('moves records and addresses to the survivor, and old ids lead to it', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1');
    const two = await save(ctx, '2');
    await save(ctx, 'p2', { addresses: two.addresses }, 'pipedrive');
    await mergeRecords(ctx, 'hubspot', '1', ['2']);
    await mergeRecords(ctx, 'hubspot', '1', ['2']);
    const survivor = await getContact(ctx, one.id);
    expect(survivor.addresses).toEqual(['p1@example.com', 'p2@example.com']);
    expect(survivor.records.map(({ recordId }) => recordId)).toEqual(['1', 'p2']);
    expect((await findByRecord(ctx, 'hubspot', '2'))?.id).toBe(one.id);
    expect((await getContact(ctx, two.id)).id).toBe(one.id);
    expect((await contactStatuses(ctx, [two.id])).get(two.id)).toBe('merged');
    expect((await events(ctx)).filter(({ name }) => name === 'contact.merged')).toEqual([
      { name: 'contact.merged', contactId: one.id, mergedContactId: two.id },
    ]);
  });

  it('into a record with a new id keeps the person', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1');
    const two = await save(ctx, '2');
    await mergeRecords(ctx, 'hubspot', '3', ['1', '2']);
    expect((await findByRecord(ctx, 'hubspot', '3'))?.id).toBe(one.id);
    expect((await getContact(ctx, two.id)).records).toEqual([{ crm: 'hubspot', recordId: '3', objectType: '0-1' }]);
  });

  it('one after another leaves one person behind every old id', async () => {
    const ctx = await world.tenant();
    const ids = [];
    for (const recordId of ['1', '2', '3']) ids.push((await save(ctx, recordId)).id);
    await mergeRecords(ctx, 'hubspot', '2', ['1']);
    await mergeRecords(ctx, 'hubspot', '3', ['2']);
    for (const id of ids) expect((await getContact(ctx, id)).id).toBe(ids[2]);
    expect((await getContact(ctx, ids[2]!)).addresses).toHaveLength(3);
  });

  it('of records nobody knows, or of another tenant, changes nothing', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1');
    const stranger = await world.tenant();
    await mergeRecords(stranger, 'hubspot', '9', ['1']);
    await mergeRecords(ctx, 'hubspot', '8', ['7']);
    expect(await getContact(ctx, one.id)).toEqual(one);
    expect(await findByRecord(ctx, 'hubspot', '8')).toBeNull();
  });
});

describe('deleting and erasing', () => {
  it('a deleted person is announced once and found no more by address', async () => {
    const ctx = await world.tenant();
    const { id, addresses } = await save(ctx, '1');
    await deleteByRecord(ctx, 'hubspot', '1', 'deleted');
    await deleteByRecord(ctx, 'hubspot', '1', 'deleted');
    expect(await getContact(ctx, id)).toMatchObject({ status: 'deleted', firstName: 'Kim', records: [] });
    expect(await findByAddresses(ctx, addresses)).toEqual([]);
    expect((await events(ctx)).filter(({ name }) => name === 'contact.deleted')).toHaveLength(1);
  });

  it('an erased person leaves nothing personal behind and never comes back', async () => {
    const ctx = await world.tenant();
    const change = { jobTitle: 'Boss', country: 'FR', properties: { phone: '123' } };
    const { id } = await save(ctx, '1', change);
    await deleteByRecord(ctx, 'hubspot', '1', 'deleted');
    await deleteByRecord(ctx, 'hubspot', '1', 'erased');
    await world.advance(10);
    const after = await save(ctx, '1', change);
    expect(after).toMatchObject({
      id,
      status: 'erased',
      name: 'Unknown person',
      firstName: null,
      lastName: null,
      jobTitle: null,
      companyName: null,
      country: null,
      timeZone: null,
      addresses: [],
      properties: {},
    });
  });

  it('the deletion of a record that was merged away does not delete the survivor', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1');
    await save(ctx, '2');
    await mergeRecords(ctx, 'hubspot', '1', ['2']);
    await deleteByRecord(ctx, 'hubspot', '2', 'deleted');
    expect(await getContact(ctx, one.id)).toMatchObject({ status: 'active' });
  });

  it("another tenant's record is not touched", async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1');
    await deleteByRecord(await world.tenant(), 'hubspot', '1', 'erased');
    expect(await getContact(ctx, one.id)).toEqual(one);
  });
});

describe('finding', () => {
  it('by any spelling of an address, and by domain with what lies below it', async () => {
    const ctx = await world.tenant();
    const one = await save(ctx, '1', { addresses: ['kim@acme.com'] });
    const two = await save(ctx, '2', { addresses: ['kim@mail.acme.com'] });
    await save(ctx, '3', { addresses: ['kim@notacme.com'] });
    expect((await findByAddresses(ctx, ['KIM@ACME.com', 'nobody@acme.com'])).map(({ id }) => id)).toEqual([one.id]);
    expect((await contactIdsInDomain(ctx, 'acme.com')).sort()).toEqual([one.id, two.id].sort());
    expect(await findByAddresses(ctx, [])).toEqual([]);
  });

  it('in pages, newest first', async () => {
    const ctx = await world.tenant();
    const ids = [];
    for (const recordId of ['1', '2', '3']) {
      await world.advance(1);
      ids.unshift((await save(ctx, recordId)).id);
    }
    const first = await listContacts(ctx, { before: null, limit: 2 });
    const second = await listContacts(ctx, { before: first[1]!.id, limit: 2 });
    expect([...first, ...second].map(({ id }) => id)).toEqual(ids);
    expect(await listContacts(ctx, { before: null, limit: 2, address: 'P2@example.com' })).toMatchObject([
      { id: ids[1] },
    ]);
  });

  it("another tenant's people do not exist", async () => {
    const ctx = await world.tenant();
    const { id, addresses } = await save(ctx, '1');
    const stranger = await world.tenant();
    await expect(getContact(stranger, id)).rejects.toMatchObject({ status: 404 });
    expect((await getContacts(stranger, [id])).size).toBe(0);
    expect((await contactStatuses(stranger, [id])).size).toBe(0);
    expect(await findByRecord(stranger, 'hubspot', '1')).toBeNull();
    expect(await findByAddresses(stranger, addresses)).toEqual([]);
    expect(await contactIdsInDomain(stranger, 'example.com')).toEqual([]);
    expect(await listContacts(stranger, { before: null, limit: 10 })).toEqual([]);
    const same = await save(stranger, '1');
    expect(same.id).not.toBe(id);
  });
});

describe('template variables', () => {
  it('are what is known, with our names; what is asked for extra wins', async () => {
    const ctx = await world.tenant();
    const contact = await save(ctx, '1', { lastName: null, properties: { industry: 'Books', first_name: 'wrong' } });
    expect(templateVariables(contact, { sender_name: 'Ann' })).toEqual({
      industry: 'Books',
      first_name: 'Kim',
      full_name: 'Kim',
      email: 'p1@example.com',
      company_name: 'Acme',
      sender_name: 'Ann',
    });
  });
});
