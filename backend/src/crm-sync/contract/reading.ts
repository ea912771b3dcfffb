/** What every CRM must do when it is asked about people. */
import { describe, expect, test } from 'vitest';
import type { ContractWorld } from './world.ts';

export function readingCases(name: string, world: ContractWorld): void {
  const { addKim, read } = world;

  describe(`${name}: reading people`, () => {
    test('a person is read with name, address, company, owner, zone and template values', async () => {
      const recordId = world.crm.addPerson({
        email: 'Kim@Acme.test',
        firstName: 'Kim',
        lastName: 'Ng',
        jobTitle: 'Buyer',
        country: 'Haiti',
        timeZone: 'America/Port-au-Prince',
        ownerId: world.crm.owner.ownerId,
      });
      world.crm.giveCompany(recordId, 'Acme Ltd');
      const answer = await read(recordId);
      expect(answer).toMatchObject({
        outcome: 'found',
        person: {
          recordId,
          addresses: ['kim@acme.test'],
          firstName: 'Kim',
          lastName: 'Ng',
          jobTitle: 'Buyer',
          companyName: 'Acme Ltd',
          ownerId: world.crm.owner.ownerId,
          timeZone: world.crm.lacks?.includes('time_zone') ? null : 'America/Port-au-Prince',
          country: 'Haiti',
          optedOut: false,
          mailCopyTo: world.crm.vendor.offersMailCopies ? expect.stringMatching(/^\S+@\S+$/) : null,
        },
      });
      if (answer.outcome !== 'found') throw new Error('not found');
      expect(answer.person.updatedAt).toBeInstanceOf(Date);
      expect(answer.person.properties).toMatchObject({ first_name: 'Kim', company_name: 'Acme Ltd' });
    });

    test('a person without address, name or zone is read with what is there', async () => {
      const answer = await read(world.crm.addPerson({ firstName: 'Kim' }));
      expect(answer).toMatchObject({
        outcome: 'found',
        person: { addresses: [], lastName: null, companyName: null, timeZone: null },
      });
      if (answer.outcome !== 'found') throw new Error('not found');
      expect(answer.person.properties).toEqual({ first_name: 'Kim' });
      if (!world.crm.lacks?.includes('records_without_owner')) expect(answer.person.ownerId).toBeNull();
    });

    test('every address is read, the primary one first', async () => {
      const recordId = addKim();
      world.crm.addAddress(recordId, 'kim@home.test');
      expect(await read(recordId)).toMatchObject({ person: { addresses: ['kim@acme.test', 'kim@home.test'] } });
    });

    test('a person who opted out in the CRM is read so', async () => {
      expect(await read(world.crm.addPerson({ email: 'kim@acme.test', optedOut: true }))).toMatchObject({
        person: { optedOut: true },
      });
    });

    test('both ids of a merge lead to the record that is left', async () => {
      const [kim, double] = [addKim(), world.crm.addPerson({ email: 'kim@home.test' })];
      const survivor = world.crm.mergePeople(kim, double);
      world.crm.wait(60);
      for (const old of [kim, double].filter((id) => id !== survivor)) {
        expect(await read(old)).toEqual({ outcome: 'merged', intoRecordId: survivor });
      }
      expect(await read(survivor)).toMatchObject({ person: { addresses: ['kim@acme.test', 'kim@home.test'] } });
    });

    test('deleted, erased and never existing people are missing', async () => {
      const [deleted, erased] = [addKim(), world.crm.addPerson({ email: 'lee@acme.test' })];
      world.crm.deletePerson(deleted);
      world.crm.erasePerson(erased);
      for (const id of [deleted, erased, '999999999']) expect(await read(id)).toEqual({ outcome: 'missing' });
    });

    test('many are read at once: those who are there, who moved and who is gone, in the order asked', async () => {
      const [kim, double] = [addKim(), world.crm.addPerson({ email: 'kim@home.test' })];
      const survivor = world.crm.mergePeople(kim, double);
      const others = Array.from({ length: 12 }, (_, index) => world.crm.addPerson({ email: `p${index}@acme.test` }));
      world.crm.giveCompany(others[3]!, 'Acme Ltd');
      world.crm.deletePerson(others[5]!);
      world.crm.wait(60);
      const asked = ['no id', ...others.toReversed(), double, kim, '999999999', others[0]!];
      const answers = await world.crm.vendor.readPeople(world.crm.account, asked);
      const alone = [];
      for (const recordId of asked) alone.push(await read(recordId));
      expect(answers).toEqual(alone);
      const merged = answers.filter(({ outcome }) => outcome === 'merged');
      expect(merged).toEqual(
        [kim, double].filter((id) => id !== survivor).map(() => ({ outcome: 'merged', intoRecordId: survivor })),
      );
      expect(answers.filter(({ outcome }) => outcome === 'missing')).toHaveLength(3);
      expect(answers[asked.indexOf(others[3]!)]).toMatchObject({ person: { companyName: 'Acme Ltd' } });
    });

    test('two hundred take a few calls, and none is needed for nobody', async () => {
      const people = Array.from({ length: 200 }, (_, index) => world.crm.addPerson({ email: `p${index}@acme.test` }));
      for (const recordId of people) world.crm.giveCompany(recordId, 'Acme Ltd');
      const before = world.crm.requestCount();
      const answers = await world.crm.vendor.readPeople(world.crm.account, people);
      expect(answers.every(({ outcome }) => outcome === 'found')).toBe(true);
      const needed = world.crm.requestCount() - before;
      expect(needed).toBeLessThanOrEqual(4);
      expect(await world.crm.vendor.readPeople(world.crm.account, [])).toEqual([]);
      expect(world.crm.requestCount() - before).toBe(needed);
    });

    test('an id that is no id is missing and reaches no other path', async () => {
      for (const id of ['../owners', 'a/b', '1?archived=true']) expect(await read(id)).toEqual({ outcome: 'missing' });
    });
  });

  describe(`${name}: finding people and owners`, () => {
    test('a person is found by any address in any case, others are not', async () => {
      const recordId = addKim();
      world.crm.addPerson({ email: 'kim@acme.test.example' });
      world.crm.addAddress(recordId, 'kim@home.test');
      world.crm.wait(60);
      const found = async (address: string) =>
        (await world.crm.vendor.findByAddress(world.crm.account, address)).map((person) => person.recordId);
      expect(await found('KIM@acme.test')).toEqual([recordId]);
      expect(await found('kim@home.test')).toEqual([recordId]);
      expect(await found('test@kim.home')).toEqual([]);
      expect(await found('nobody@acme.test')).toEqual([]);
    });

    test('of two people with one address both are found', async ({ skip }) => {
      if (world.crm.uniqueAddresses) return skip(`${name} refuses a second person with an address`);
      const both = [addKim(), world.crm.addPerson({ email: 'Kim@acme.test', firstName: 'Kimberly' })];
      world.crm.wait(60);
      const found = await world.crm.vendor.findByAddress(world.crm.account, 'kim@acme.test');
      expect(found.map((person) => person.recordId).sort()).toEqual(both.sort());
    });

    test('the owner of a record is one of the owners that are listed, as mails name them', async () => {
      const kim = world.crm.addPerson({ email: 'kim@acme.test', ownerId: world.crm.owner.ownerId });
      const answer = await read(kim);
      const owners = await world.crm.vendor.listOwners(world.crm.account);
      const owner = owners.find(({ ownerId }) => answer.outcome === 'found' && ownerId === answer.person.ownerId);
      expect(owner).toEqual(world.crm.owner);
      await world.log(world.mail(kim, { ownerId: owner!.ownerId }));
      expect(world.crm.timeline(kim)).toMatchObject([{ ownerId: owner!.ownerId }]);
    });

    test('owners are listed with their user id and address', async () => {
      expect(await world.crm.vendor.listOwners(world.crm.account)).toContainEqual(world.crm.owner);
    });
  });

  test(`${name}: the address of a record is a web address`, () => {
    const url = new URL(world.crm.vendor.recordUrl(world.crm.account, '42'));
    expect(url.pathname).toContain('42');
  });
}
