/** What every CRM must do, run against its fake. A vendor is finished when this passes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VendorUnavailable } from '../core/errors.ts';
import type { CrmHarness } from './crm.harness.ts';
import { CrmDisconnected, type CrmNotice, type EmailActivity, type PersonFields } from './crm.ts';

const at = new Date('2026-03-02T09:00:00.000Z');

export function crmContract(name: string, createHarness: () => Promise<CrmHarness>): void {
  let crm: CrmHarness;
  beforeEach(async () => {
    crm = await createHarness();
  });
  afterEach(() => crm.close());

  const mail = (recordId: string, changes: Partial<EmailActivity> = {}): EmailActivity => ({
    key: 'message-1',
    recordId,
    direction: 'outgoing',
    at,
    subject: 'Quick question',
    text: 'Hello Kim',
    html: '<p>Hello Kim</p>',
    from: { address: 'rep@seller.test', name: 'Robin de Vries' },
    to: { address: 'kim@acme.test', name: null },
    ownerId: null,
    maybeWritten: false,
    ...changes,
  });
  const fields = (recordId: string, changes: Partial<PersonFields> = {}): PersonFields => ({
    recordId,
    score: 62.5,
    tier: 2,
    lastEngagedAt: at,
    sequenceStatus: 'Active: Welcome',
    statusReason: 'Waits until Monday 9:00.',
    ...changes,
  });
  const addKim = () => crm.addPerson({ email: 'kim@acme.test', firstName: 'Kim', lastName: 'Ng' });
  const log = (activity: EmailActivity) => crm.vendor.logEmails(crm.account, [activity]);
  const read = (recordId: string) => crm.vendor.readPerson(crm.account, recordId);
  const noticesNow = () => crm.notices().flatMap((body) => crm.vendor.parseNotices(body));
  const kinds = (notices: CrmNotice[]) => notices.map((notice) => notice.kind);

  describe(`${name}: reading people`, () => {
    test('a person is read with name, address, company, owner, zone and template values', async () => {
      const recordId = crm.addPerson({
        email: 'Kim@Acme.test',
        firstName: 'Kim',
        lastName: 'Ng',
        jobTitle: 'Buyer',
        country: 'Haiti',
        timeZone: 'America/Port-au-Prince',
        ownerId: crm.owner.ownerId,
      });
      crm.giveCompany(recordId, 'Acme Ltd');
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
          ownerId: crm.owner.ownerId,
          timeZone: 'America/Port-au-Prince',
          country: 'Haiti',
          optedOut: false,
        },
      });
      if (answer.outcome !== 'found') throw new Error('not found');
      expect(answer.person.updatedAt).toBeInstanceOf(Date);
      expect(answer.person.properties).toMatchObject({ first_name: 'Kim', company_name: 'Acme Ltd' });
    });

    test('a person without address, name or zone is read with what is there', async () => {
      const answer = await read(crm.addPerson({ firstName: 'Kim' }));
      expect(answer).toMatchObject({
        outcome: 'found',
        person: { addresses: [], lastName: null, companyName: null, ownerId: null, timeZone: null },
      });
      if (answer.outcome === 'found') expect(answer.person.properties).toEqual({ first_name: 'Kim' });
    });

    test('every address is read, the primary one first', async () => {
      const recordId = addKim();
      crm.addAddress(recordId, 'kim@home.test');
      expect(await read(recordId)).toMatchObject({ person: { addresses: ['kim@acme.test', 'kim@home.test'] } });
    });

    test('a person who opted out in the CRM is read so', async () => {
      expect(await read(crm.addPerson({ email: 'kim@acme.test', optedOut: true }))).toMatchObject({
        person: { optedOut: true },
      });
    });

    test('both ids of a merge lead to the record that is left', async () => {
      const [kim, double] = [addKim(), crm.addPerson({ email: 'kim@home.test' })];
      const survivor = crm.mergePeople(kim, double);
      crm.wait(60);
      for (const old of [kim, double].filter((id) => id !== survivor)) {
        expect(await read(old)).toEqual({ outcome: 'merged', intoRecordId: survivor });
      }
      expect(await read(survivor)).toMatchObject({ person: { addresses: ['kim@acme.test', 'kim@home.test'] } });
    });

    test('deleted, erased and never existing people are missing', async () => {
      const [deleted, erased] = [addKim(), crm.addPerson({ email: 'lee@acme.test' })];
      crm.deletePerson(deleted);
      crm.erasePerson(erased);
      for (const id of [deleted, erased, '999999999']) expect(await read(id)).toEqual({ outcome: 'missing' });
    });

    test('an id that is no id is missing and reaches no other path', async () => {
      for (const id of ['../owners', 'a/b', '1?archived=true']) expect(await read(id)).toEqual({ outcome: 'missing' });
    });
  });

  describe(`${name}: finding people and owners`, () => {
    test('a person is found by any address in any case, others are not', async () => {
      const recordId = addKim();
      crm.addPerson({ email: 'kim@acme.test.example' });
      crm.addAddress(recordId, 'kim@home.test');
      crm.wait(60);
      const found = async (address: string) =>
        (await crm.vendor.findByAddress(crm.account, address)).map((person) => person.recordId);
      expect(await found('KIM@acme.test')).toEqual([recordId]);
      expect(await found('kim@home.test')).toEqual([recordId]);
      expect(await found('test@kim.home')).toEqual([]);
      expect(await found('nobody@acme.test')).toEqual([]);
    });

    test('owners are listed with their user id and address', async () => {
      expect(await crm.vendor.listOwners(crm.account)).toContainEqual(crm.owner);
    });
  });

  describe(`${name}: fields`, () => {
    test('are created once, and creating them again changes nothing', async () => {
      await crm.vendor.ensureFields(crm.account);
      await crm.vendor.ensureFields(crm.account);
      const recordId = addKim();
      const [result] = await crm.vendor.writeFields(crm.account, [fields(recordId)]);
      expect(result).toEqual({ outcome: 'written', crmId: recordId });
      expect(crm.fieldsOf(recordId)).toEqual({
        score: '62.5',
        tier: '2',
        lastEngagedAt: at.toISOString(),
        sequenceStatus: 'Active: Welcome',
        statusReason: 'Waits until Monday 9:00.',
      });
    });

    test('two processes may create them at once', async () => {
      await Promise.all([crm.vendor.ensureFields(crm.account), crm.vendor.ensureFields(crm.account)]);
      expect((await crm.vendor.writeFields(crm.account, [fields(addKim())]))[0]?.outcome).toBe('written');
    });

    test('of more people than fit in one call are all written, each with its own result', async () => {
      await crm.vendor.ensureFields(crm.account);
      const ids = Array.from({ length: 230 }, (_, index) => crm.addPerson({ email: `p${index}@acme.test` }));
      const results = await crm.vendor.writeFields(
        crm.account,
        ids.map((id, index) => fields(id, { score: index })),
      );
      expect(results).toEqual(ids.map((crmId) => ({ outcome: 'written', crmId })));
      expect(ids.map((id) => crm.fieldsOf(id).score)).toEqual(ids.map((_, index) => String(index)));
    });

    test('a row that is refused for good does not keep the others from being written', async () => {
      await crm.vendor.ensureFields(crm.account);
      const [kim, gone, blocked, lee] = [
        addKim(),
        crm.addPerson({}),
        crm.addPerson({ firstName: 'Blocked' }),
        crm.addPerson({}),
      ];
      crm.deletePerson(gone);
      crm.refusePeopleNamed('Blocked', 'Lead source is required');
      const results = await crm.vendor.writeFields(
        crm.account,
        [kim, gone, blocked, lee].map((id) => fields(id)),
      );
      expect(results.map((result) => result.outcome)).toEqual(['written', 'refused', 'refused', 'written']);
      expect(results[2]).toMatchObject({ reason: expect.stringContaining('Lead source is required') });
      expect(crm.fieldsOf(lee).score).toBe('62.5');
    });

    test('of a person named twice are written once, the later ones, and both rows are answered', async () => {
      await crm.vendor.ensureFields(crm.account);
      const kim = addKim();
      const results = await crm.vendor.writeFields(crm.account, [fields(kim, { score: 1 }), fields(kim, { score: 2 })]);
      expect(results).toEqual([1, 2].map(() => ({ outcome: 'written', crmId: kim })));
      expect(crm.fieldsOf(kim).score).toBe('2');
    });

    test('a person never engaged has an empty date', async () => {
      await crm.vendor.ensureFields(crm.account);
      const kim = addKim();
      await crm.vendor.writeFields(crm.account, [fields(kim)]);
      await crm.vendor.writeFields(crm.account, [fields(kim, { lastEngagedAt: null })]);
      expect(crm.fieldsOf(kim).lastEngagedAt).toBe('');
    });

    test('that do not exist in the CRM are a refusal with a reason', async () => {
      const [result] = await crm.vendor.writeFields(crm.account, [fields(addKim())]);
      expect(result).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('salesos_score') });
    });
  });

  describe(`${name}: mails on the timeline`, () => {
    test('a sent mail and its reply appear on the record, in order, readable', async () => {
      const kim = addKim();
      const reply = mail(kim, {
        key: 'reply-1',
        direction: 'incoming',
        at: new Date(at.getTime() + 60_000),
        subject: 'Re: Quick question',
        html: null,
        from: { address: 'kim@acme.test', name: 'Kim Ng' },
        to: { address: 'rep@seller.test', name: null },
      });
      const results = await crm.vendor.logEmails(crm.account, [reply, mail(kim, { ownerId: crm.owner.ownerId })]);
      expect(results.map((result) => result.outcome)).toEqual(['written', 'written']);
      expect(crm.timeline(kim)).toMatchObject([
        {
          direction: 'outgoing',
          at: at.toISOString(),
          subject: 'Quick question',
          text: 'Hello Kim',
          html: '<p>Hello Kim</p>',
          from: 'rep@seller.test',
          to: 'kim@acme.test',
          ownerId: crm.owner.ownerId,
        },
        { direction: 'incoming', subject: 'Re: Quick question', from: 'kim@acme.test' },
      ]);
    });

    test('a mail also appears on the company of the person', async () => {
      const kim = addKim();
      const company = crm.giveCompany(kim, 'Acme Ltd');
      await log(mail(kim));
      expect(crm.companyTimelineLength(company)).toBe(1);
    });

    test('each result belongs to its own mail', async () => {
      const people = ['a', 'b', 'c'].map((who) => crm.addPerson({ email: `${who}@acme.test` }));
      crm.deletePerson(people[1]!);
      const results = await crm.vendor.logEmails(
        crm.account,
        people.map((id, index) => mail(id, { key: `key-${index}`, subject: `for ${index}` })),
      );
      expect(results.map((result) => result.outcome)).toEqual(['written', 'refused', 'written']);
      for (const index of [0, 2]) {
        const [shown] = crm.timeline(people[index]!);
        expect(shown).toMatchObject({ subject: `for ${index}`, id: (results[index] as { crmId: string }).crmId });
      }
    });

    test('a mail for a merged person lands on the record that is left', async () => {
      const [kim, double] = [addKim(), crm.addPerson({ email: 'kim@home.test' })];
      const survivor = crm.mergePeople(kim, double);
      crm.wait(60);
      expect((await log(mail(kim)))[0]?.outcome).toBe('written');
      expect(crm.timeline(survivor)).toHaveLength(1);
    });

    test('a lost answer is settled by looking, not by writing again', async () => {
      const kim = addKim();
      crm.nextCall('logEmails', 'answer_lost');
      const [first] = await log(mail(kim));
      expect(first).toMatchObject({ outcome: 'retry', maybeWritten: true });
      const [second] = await log(mail(kim, { maybeWritten: true }));
      expect(second).toEqual({ outcome: 'written', crmId: crm.timeline(kim)[0]?.id });
      expect(crm.mailCount()).toBe(1);
    });

    test('a run that died after writing may be repeated: each mail is there once', async () => {
      const kim = addKim();
      const mails = [1, 2, 3].map((number) => mail(kim, { key: `key-${number}`, at: new Date(at.getTime() + number) }));
      const first = await crm.vendor.logEmails(crm.account, mails.slice(0, 2));
      const again = await crm.vendor.logEmails(
        crm.account,
        mails.map((one) => ({ ...one, maybeWritten: true })),
      );
      expect(again.slice(0, 2)).toEqual(first);
      expect(again[2]?.outcome).toBe('written');
      expect(crm.mailCount()).toBe(3);
    });

    test('a mail named twice in one call is written once, and both rows are answered', async () => {
      const kim = addKim();
      const [first, second] = await crm.vendor.logEmails(crm.account, [mail(kim), mail(kim)]);
      expect(first).toMatchObject({ outcome: 'written' });
      expect(second).toEqual(first);
      expect(crm.mailCount()).toBe(1);
    });

    test('two mails that look alike are two mails', async () => {
      const kim = addKim();
      await log(mail(kim, { key: 'key-1' }));
      await log(mail(kim, { key: 'key-2', maybeWritten: true }));
      expect(crm.mailCount()).toBe(2);
    });

    test('among hundreds of others on the record the first and the last mail are both found', async () => {
      const kim = addKim();
      const many = Array.from({ length: 620 }, (_, index) => mail(kim, { key: `key-${index}` }));
      const results = await crm.vendor.logEmails(crm.account, many);
      crm.wait(60);
      for (const index of [0, 619]) {
        expect(await log({ ...many[index]!, maybeWritten: true })).toEqual([results[index]]);
      }
      expect(crm.mailCount()).toBe(620);
    });

    test.each(['server_error', 'html', 'connection_lost', 'garbled', 'slow'] as const)(
      'after %s the mail is written once by the next try',
      async (trouble) => {
        const kim = addKim();
        crm.nextCall('logEmails', trouble);
        const [first] = await log(mail(kim));
        expect(first).toMatchObject({ outcome: 'retry', maybeWritten: true });
        await crm.settle();
        expect((await log(mail(kim, { maybeWritten: true })))[0]?.outcome).toBe('written');
        expect(crm.mailCount()).toBe(1);
      },
    );

    test('what an earlier try did stays unknown while the CRM cannot be asked', async () => {
      const kim = addKim();
      crm.nextCall('anyRead', 'server_error');
      expect((await log(mail(kim, { maybeWritten: true })))[0]).toMatchObject({ outcome: 'retry', maybeWritten: true });
      crm.nextCall('anyRead', 'server_error');
      expect((await log(mail(kim)))[0]).toMatchObject({ outcome: 'retry', maybeWritten: false });
      expect(crm.mailCount()).toBe(0);
    });

    test('a rule of the account refuses one mail for good and lets the others pass', async () => {
      const kim = addKim();
      crm.refuseMailsNamed('Forbidden', 'Subject is not allowed');
      const results = await crm.vendor.logEmails(crm.account, [
        mail(kim, { key: 'one' }),
        mail(kim, { key: 'two', subject: 'Forbidden' }),
      ]);
      expect(results[0]?.outcome).toBe('written');
      expect(results[1]).toMatchObject({
        outcome: 'refused',
        reason: expect.stringContaining('Subject is not allowed'),
      });
    });

    test('hostile and large content arrives as it is', async () => {
      const kim = addKim();
      const text = `"}]</script>\r\nBcc: x@y.test ${'ü€😀'.repeat(2000)}`;
      await log(mail(kim, { subject: '<b>"\\ \u0007', text, from: { address: 'rep@seller.test', name: '"; --' } }));
      expect(crm.timeline(kim)[0]).toMatchObject({ subject: '<b>"\\ \u0007', text });
    });
  });

  describe(`${name}: limits and refusals`, () => {
    test('a full rate limit says when to come back, and then the call works', async () => {
      const kim = addKim();
      await crm.vendor.ensureFields(crm.account);
      await crm.exhaustRateLimit();
      const [result] = await crm.vendor.writeFields(crm.account, [fields(kim)]);
      expect(result).toMatchObject({ outcome: 'retry', maybeWritten: false });
      const error = await read(kim).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VendorUnavailable);
      const { retryAfterSeconds } = error as VendorUnavailable;
      expect(retryAfterSeconds).toBeGreaterThan(0);
      crm.wait(Math.max(retryAfterSeconds ?? 0, (result as { retryAfterSeconds: number }).retryAfterSeconds) + 1);
      expect((await crm.vendor.writeFields(crm.account, [fields(kim)]))[0]?.outcome).toBe('written');
      expect((await read(kim)).outcome).toBe('found');
    });

    test('an expired token is a matter of trying again', async () => {
      const kim = addKim();
      crm.expireToken();
      await expect(read(kim)).rejects.toBeInstanceOf(VendorUnavailable);
      expect((await log(mail(kim)))[0]).toMatchObject({ outcome: 'retry', maybeWritten: false });
      crm.renewToken();
      expect((await read(kim)).outcome).toBe('found');
    });

    test('after the app was removed every call says so', async () => {
      const kim = addKim();
      crm.removeApp();
      const calls = [
        () => read(kim),
        () => crm.vendor.findByAddress(crm.account, 'kim@acme.test'),
        () => crm.vendor.listOwners(crm.account),
        () => crm.vendor.ensureFields(crm.account),
        () => log(mail(kim)),
        () => crm.vendor.writeFields(crm.account, [fields(kim)]),
      ];
      for (const call of calls) await expect(call()).rejects.toBeInstanceOf(CrmDisconnected);
    });

    test.each(['server_error', 'html', 'garbled', 'connection_lost', 'slow'] as const)(
      'a read that meets %s fails in a way that can be repeated',
      async (trouble) => {
        const kim = addKim();
        crm.nextCall('anyRead', trouble);
        await expect(read(kim)).rejects.toBeInstanceOf(VendorUnavailable);
        expect((await read(kim)).outcome).toBe('found');
      },
    );
  });

  describe(`${name}: notices`, () => {
    test('a new person, a change, a deletion and an erasure are told apart', async () => {
      const kim = addKim();
      expect(noticesNow()).toContainEqual(expect.objectContaining({ kind: 'created', recordId: kim }));
      crm.changePerson(kim, 'Kimberly');
      expect(noticesNow()).toEqual([
        expect.objectContaining({ kind: 'changed', recordId: kim, accountId: crm.account.accountId }),
      ]);
      crm.deletePerson(kim);
      expect(kinds(noticesNow())).toEqual(['deleted']);
      const lee = crm.addPerson({ email: 'lee@acme.test' });
      noticesNow();
      crm.erasePerson(lee);
      expect(noticesNow()).toContainEqual(expect.objectContaining({ kind: 'erased', recordId: lee }));
    });

    test('a merge says where the records live now', async () => {
      const [kim, double] = [addKim(), crm.addPerson({ email: 'kim@home.test' })];
      noticesNow();
      const survivor = crm.mergePeople(kim, double);
      const merged = noticesNow().find((notice) => notice.kind === 'merged');
      expect(merged).toMatchObject({ intoRecordId: survivor });
      const moved = [kim, double].filter((id) => id !== survivor).sort();
      expect(merged?.kind === 'merged' && merged.mergedRecordIds.toSorted()).toEqual(moved);
    });

    test('doubled and reordered notices keep their keys and times', async () => {
      const kim = addKim();
      crm.wait(1);
      crm.changePerson(kim, 'Kimberly');
      crm.wait(1);
      crm.deletePerson(kim);
      const bodies = crm.notices();
      const once = bodies.flatMap((body) => crm.vendor.parseNotices(body));
      const twice = [...bodies, ...bodies.toReversed()].flatMap((body) => crm.vendor.parseNotices(body));
      expect(new Set(once.map((notice) => notice.key)).size).toBe(once.length);
      expect(new Set(twice.map((notice) => notice.key))).toEqual(new Set(once.map((notice) => notice.key)));
      const byTime = once.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
      expect(byTime.at(-1)?.kind).toBe('deleted');
    });

    test('our own writes do not come back as changes', async () => {
      const kim = addKim();
      await crm.vendor.ensureFields(crm.account);
      noticesNow();
      await crm.vendor.writeFields(crm.account, [fields(kim)]);
      expect(noticesNow()).toEqual([]);
    });

    test.each([null, 'text', 42, {}, [null], [{}], [[]]])('a body that is no notice yields nothing: %j', (body) => {
      expect(crm.vendor.parseNotices(body)).toEqual([]);
    });
  });

  test(`${name}: the address of a record is a web address`, () => {
    const url = new URL(crm.vendor.recordUrl(crm.account, '42'));
    expect(url.pathname).toContain('42');
  });
}
