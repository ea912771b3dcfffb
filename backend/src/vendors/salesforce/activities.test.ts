import { describe, expect, onTestFinished, test } from 'vitest';
import type { EmailActivity, TaskActivity } from '../../crm-sync/crm.ts';
import { mail } from '../mails.harness.ts';
import { createSalesforceHarness, type SalesforceHarness } from './crm.harness.ts';

async function start({ hasEnhancedEmail = true } = {}): Promise<SalesforceHarness> {
  const harness = await createSalesforceHarness();
  harness.org.settings.hasEnhancedEmail = hasEnhancedEmail;
  onTestFinished(harness.close);
  return harness;
}

const at = new Date('2026-03-02T09:00:00.000Z');
const reply = (recordId: string, changes: Partial<EmailActivity> = {}) =>
  mail(recordId, { direction: 'incoming', from: { address: 'kim@acme.test', name: null }, ...changes });
const task = (recordId: string, changes: Partial<TaskActivity> = {}): TaskActivity => ({
  key: 'task-1',
  recordId,
  title: 'Call Kim',
  note: 'Ask about the budget',
  dueAt: at,
  isDone: false,
  ownerId: null,
  crmId: null,
  maybeWritten: false,
  ...changes,
});
const newLead = (crm: SalesforceHarness) => crm.org.create('Lead', { LastName: 'Lee', Company: 'Lee Ltd' });

describe('an org with Enhanced Email', () => {
  test('keeps a mail as an EmailMessage and never as a task of ours', async () => {
    const crm = await start();
    const kim = crm.addPerson({ email: 'kim@acme.test' });
    await crm.vendor.logEmails(crm.account, [mail(kim), reply(kim, { key: 'reply-1' })]);
    expect([crm.org.count('EmailMessage'), crm.org.count('Task')]).toEqual([2, 2]);
    expect(crm.fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(crm.org.timeline(kim).map(({ kind }) => kind)).toEqual(['email', 'email']);
  });

  test('shows mails of a lead, and of a converted one on its contact', async () => {
    const crm = await start();
    const lead = newLead(crm);
    expect(await crm.vendor.logEmails(crm.account, [mail(lead), reply(lead, { key: 'reply-1' })])).toMatchObject([
      { outcome: 'written' },
      { outcome: 'written' },
    ]);
    expect(crm.org.timeline(lead)).toHaveLength(2);
    const contact = crm.org.convert(lead);
    await crm.vendor.logEmails(crm.account, [mail(lead, { key: 'late' })]);
    expect(crm.org.timeline(contact)).toHaveLength(3);
  });

  test('a reply whose second half was lost is completed, not written again', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    let posts = 0;
    crm.fake.faults.next({
      kind: 'status',
      status: 503,
      match: ({ method }) => {
        if (method === 'POST') posts += 1;
        return posts === 2;
      },
    });
    const [first] = await crm.vendor.logEmails(crm.account, [reply(kim)]);
    expect(first).toMatchObject({ outcome: 'retry', maybeWritten: true });
    expect(crm.org.timeline(kim)).toEqual([]);
    const again = () => crm.vendor.logEmails(crm.account, [reply(kim, { maybeWritten: true })]);
    expect(await again()).toMatchObject([{ outcome: 'written' }]);
    expect(await again()).toMatchObject([{ outcome: 'written' }]);
    expect([crm.org.timeline(kim).length, crm.org.count('EmailMessage')]).toEqual([1, 1]);
    expect(crm.org.count('EmailMessageRelation')).toBe(1);
  });

  test('a reply whose second half an admin must allow first is completed then, not written again', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    let isForbidden = true;
    crm.org.addRule({
      type: 'EmailMessageRelation',
      errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
      message: 'insufficient access rights',
      refuses: () => isForbidden,
    });
    const [first] = await crm.vendor.logEmails(crm.account, [reply(kim)]);
    expect(first).toMatchObject({ outcome: 'refused', maybeWritten: true, howToFix: expect.any(String) });
    isForbidden = false;
    expect(await crm.vendor.logEmails(crm.account, [reply(kim, { maybeWritten: true })])).toMatchObject([
      { outcome: 'written' },
    ]);
    expect([crm.org.count('EmailMessage'), crm.org.count('EmailMessageRelation')]).toEqual([1, 1]);
  });

  test('a colleague who left keeps no mail from being shown', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    const results = await crm.vendor.logEmails(crm.account, [mail(kim, { ownerId: '0055g00000zzzzzAAA' })]);
    expect(results).toMatchObject([{ outcome: 'written' }]);
    expect(crm.org.timeline(kim)).toHaveLength(1);
  });

  test('a mail longer than Salesforce takes is shortened, not refused', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    const long = mail(kim, { subject: 'x'.repeat(4000), text: 'x'.repeat(200_000), html: 'x'.repeat(200_000) });
    expect(await crm.vendor.logEmails(crm.account, [long])).toMatchObject([{ outcome: 'written' }]);
    expect(crm.org.timeline(kim)[0]).toMatchObject({ html: '', text: 'x'.repeat(131_072) });
  });
});

describe('an org that gets Enhanced Email between a lost answer and the next try', () => {
  test('has each mail once', async () => {
    const crm = await start({ hasEnhancedEmail: false });
    const kim = crm.addPerson({});
    await crm.vendor.logEmails(crm.account, [mail(kim), reply(kim, { key: 'reply-1' })]);
    crm.org.settings.hasEnhancedEmail = true;
    crm.wait(3700);
    const again = [mail(kim, { maybeWritten: true }), reply(kim, { key: 'reply-1', maybeWritten: true })];
    const results = await crm.vendor.logEmails(crm.account, again);
    expect(results).toMatchObject([{ outcome: 'written' }, { outcome: 'written' }]);
    expect(crm.org.timeline(kim)).toHaveLength(2);
  });
});

describe('an org without Enhanced Email', () => {
  test('keeps a mail as a completed task, on the record and on the account', async () => {
    const crm = await start({ hasEnhancedEmail: false });
    const kim = crm.addPerson({});
    const company = crm.giveCompany(kim, 'Acme Ltd');
    const lead = newLead(crm);
    const { ownerId } = crm.owner;
    const mails = [mail(kim, { ownerId }), reply(kim, { key: 'reply-1' }), mail(lead, { key: 'to-lead' })];
    const results = await crm.vendor.logEmails(crm.account, mails);
    expect(results.map(({ outcome }) => outcome)).toEqual(['written', 'written', 'written']);
    expect(crm.org.timeline(kim)).toMatchObject([
      { subject: 'Email: Hello', isDone: true, ownerId, text: expect.stringContaining('Hello Kim') },
      { subject: 'Email received: Hello' },
    ]);
    expect([crm.org.accountTimeline(company).length, crm.org.timeline(lead).length]).toEqual([2, 1]);
  });

  test('a lost answer is settled by looking for the key', async () => {
    const crm = await start({ hasEnhancedEmail: false });
    const kim = crm.addPerson({});
    crm.nextCall('logEmails', 'answer_lost');
    expect(await crm.vendor.logEmails(crm.account, [mail(kim)])).toMatchObject([
      { outcome: 'retry', maybeWritten: true },
    ]);
    const again = [mail(kim, { maybeWritten: true }), mail(kim, { key: 'message-2', maybeWritten: true })];
    const results = await crm.vendor.logEmails(crm.account, again);
    expect(results[0]).toEqual({ outcome: 'written', crmId: crm.org.timeline(kim)[0]?.id });
    expect(crm.mailCount()).toBe(2);
  });

  test('a very long mail keeps its key', async () => {
    const crm = await start({ hasEnhancedEmail: false });
    const kim = crm.addPerson({});
    const long = mail(kim, { text: 'x'.repeat(50_000), subject: 'x'.repeat(400) });
    const first = await crm.vendor.logEmails(crm.account, [long]);
    expect(await crm.vendor.logEmails(crm.account, [{ ...long, maybeWritten: true }])).toEqual(first);
    expect(crm.mailCount()).toBe(1);
  });

  test('that has mails for cases only is one without it', async () => {
    const crm = await start();
    crm.org.settings.hiddenFields.add('EmailMessage.ToIds');
    const kim = crm.addPerson({});
    expect(await crm.vendor.logEmails(crm.account, [mail(kim)])).toMatchObject([{ outcome: 'written' }]);
    expect(crm.org.timeline(kim)).toMatchObject([{ kind: 'task' }]);
  });

  test('that gets it later is noticed within the hour', async () => {
    const crm = await start({ hasEnhancedEmail: false });
    const kim = crm.addPerson({});
    await crm.vendor.logEmails(crm.account, [mail(kim)]);
    crm.org.settings.hasEnhancedEmail = true;
    crm.wait(3601);
    await crm.vendor.logEmails(crm.account, [mail(kim, { key: 'message-2' })]);
    expect(
      crm.org
        .timeline(kim)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['email', 'task']);
  });
});

describe('tasks', () => {
  test('one that a colleague deleted is not made again', async () => {
    const crm = await start();
    const kim = crm.addPerson({});
    const [first] = await crm.vendor.writeTasks!(crm.account, [task(kim)]);
    const { crmId } = first as { crmId: string };
    crm.org.delete(crmId);
    const [second] = await crm.vendor.writeTasks!(crm.account, [task(kim, { crmId, isDone: true })]);
    expect(second).toMatchObject({ outcome: 'refused', code: 'ENTITY_IS_DELETED' });
    expect(crm.org.timeline(kim)).toEqual([]);
  });

  test('one for a lead stands alone, and one named twice is written once as the later says', async () => {
    const crm = await start();
    const lead = newLead(crm);
    const results = await crm.vendor.writeTasks!(crm.account, [task(lead), task(lead, { title: 'Later' })]);
    expect(results[0]).toEqual(results[1]);
    expect(crm.org.timeline(lead)).toMatchObject([{ subject: 'Later' }]);
  });
});
