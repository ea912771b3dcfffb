/** What every CRM must do with the mails on its timelines. */
import { describe, expect, test } from 'vitest';
import { at, type ContractWorld } from './world.ts';

export function mailCases(name: string, world: ContractWorld): void {
  const { mail, addKim, log } = world;

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
      const results = await world.crm.vendor.logEmails(world.crm.account, [
        reply,
        mail(kim, { ownerId: world.crm.owner.ownerId }),
      ]);
      expect(results.map((result) => result.outcome)).toEqual(['written', 'written']);
      expect(world.crm.timeline(kim)).toMatchObject([
        {
          direction: 'outgoing',
          at: at.toISOString(),
          subject: 'Quick question',
          text: 'Hello Kim',
          html: '<p>Hello Kim</p>',
          from: 'rep@seller.test',
          to: 'kim@acme.test',
          ownerId: world.crm.owner.ownerId,
        },
        { direction: 'incoming', subject: 'Re: Quick question', from: 'kim@acme.test' },
      ]);
    });

    test('a mail also appears on the company of the person', async () => {
      const kim = addKim();
      const company = world.crm.giveCompany(kim, 'Acme Ltd');
      await log(mail(kim));
      expect(world.crm.companyTimelineLength(company)).toBe(1);
    });

    test('each result belongs to its own mail', async () => {
      const people = ['a', 'b', 'c'].map((who) => world.crm.addPerson({ email: `${who}@acme.test` }));
      world.crm.deletePerson(people[1]!);
      const results = await world.crm.vendor.logEmails(
        world.crm.account,
        people.map((id, index) => mail(id, { key: `key-${index}`, subject: `for ${index}` })),
      );
      expect(results.map((result) => result.outcome)).toEqual(['written', 'refused', 'written']);
      for (const index of [0, 2]) {
        const [shown] = world.crm.timeline(people[index]!);
        expect(shown).toMatchObject({ subject: `for ${index}`, id: (results[index] as { crmId: string }).crmId });
      }
    });

    test('a mail for a merged person lands on the record that is left', async () => {
      const [kim, double] = [addKim(), world.crm.addPerson({ email: 'kim@home.test' })];
      const survivor = world.crm.mergePeople(kim, double);
      world.crm.wait(60);
      expect((await log(mail(kim)))[0]?.outcome).toBe('written');
      expect(world.crm.timeline(survivor)).toHaveLength(1);
    });

    test('a lost answer is settled by looking, not by writing again', async () => {
      const kim = addKim();
      world.crm.nextCall('logEmails', 'answer_lost');
      const [first] = await log(mail(kim));
      expect(first).toMatchObject({ outcome: 'retry', maybeWritten: true });
      const [second] = await log(mail(kim, { maybeWritten: true }));
      expect(second).toEqual({ outcome: 'written', crmId: world.crm.timeline(kim)[0]?.id });
      expect(world.crm.mailCount()).toBe(1);
    });

    test('a run that died after writing may be repeated: each mail is there once', async () => {
      const kim = addKim();
      const mails = [1, 2, 3].map((number) => mail(kim, { key: `key-${number}`, at: new Date(at.getTime() + number) }));
      const first = await world.crm.vendor.logEmails(world.crm.account, mails.slice(0, 2));
      const again = await world.crm.vendor.logEmails(
        world.crm.account,
        mails.map((one) => ({ ...one, maybeWritten: true })),
      );
      expect(again.slice(0, 2)).toEqual(first);
      expect(again[2]?.outcome).toBe('written');
      expect(world.crm.mailCount()).toBe(3);
    });

    test('a mail named twice in one call is written once, and both rows are answered', async () => {
      const kim = addKim();
      const [first, second] = await world.crm.vendor.logEmails(world.crm.account, [mail(kim), mail(kim)]);
      expect(first).toMatchObject({ outcome: 'written' });
      expect(second).toEqual(first);
      expect(world.crm.mailCount()).toBe(1);
    });

    test('two mails that look alike are two mails', async () => {
      const kim = addKim();
      await log(mail(kim, { key: 'key-1' }));
      await log(mail(kim, { key: 'key-2', maybeWritten: true }));
      expect(world.crm.mailCount()).toBe(2);
    });

    test('among hundreds of others on the record the first and the last mail are both found', async () => {
      const kim = addKim();
      const many = Array.from({ length: 620 }, (_, index) => mail(kim, { key: `key-${index}` }));
      const results = await world.crm.vendor.logEmails(world.crm.account, many);
      world.crm.wait(60);
      for (const index of [0, 619]) {
        expect(await log({ ...many[index]!, maybeWritten: true })).toEqual([results[index]]);
      }
      expect(world.crm.mailCount()).toBe(620);
    });

    test.each(['server_error', 'html', 'connection_lost', 'garbled', 'slow'] as const)(
      'after %s the mail is written once by the next try',
      async (trouble) => {
        const kim = addKim();
        world.crm.nextCall('logEmails', trouble);
        const [first] = await log(mail(kim));
        expect(first).toMatchObject({ outcome: 'retry', maybeWritten: true });
        await world.crm.settle();
        expect((await log(mail(kim, { maybeWritten: true })))[0]?.outcome).toBe('written');
        expect(world.crm.mailCount()).toBe(1);
      },
    );

    test('what an earlier try did stays unknown while the CRM cannot be asked', async () => {
      const kim = addKim();
      world.crm.nextCall('anyRead', 'server_error');
      expect((await log(mail(kim, { maybeWritten: true })))[0]).toMatchObject({ outcome: 'retry', maybeWritten: true });
      world.crm.nextCall('anyRead', 'server_error');
      expect((await log(mail(kim)))[0]).toMatchObject({ outcome: 'retry', maybeWritten: false });
      expect(world.crm.mailCount()).toBe(0);
    });

    test('a rule of the account refuses one mail for good and lets the others pass', async () => {
      const kim = addKim();
      world.crm.refuseMailsNamed('Forbidden', 'Subject is not allowed');
      const results = await world.crm.vendor.logEmails(world.crm.account, [
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
      expect(world.crm.timeline(kim)[0]).toMatchObject({ subject: '<b>"\\ \u0007', text });
    });
  });
}
