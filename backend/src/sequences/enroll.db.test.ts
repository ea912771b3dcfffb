import { describe, expect, it } from 'vitest';
import { optOut, suppress } from '../compliance/index.ts';
import { deleteByRecord, mergeRecords } from '../contacts/index.ts';
import { newId } from '../core/ids.ts';
import { updateTenant } from '../tenants/index.ts';
import { archiveSequence } from './author.ts';
import { enroll, enrollMany, tryEnroll } from './enroll.ts';
import { previewEnrollment } from './preview.ts';
import { call, startSequenceWorld, wait } from './sequences.harness.ts';

const world = await startSequenceWorld();
const source = 'api' as const;

describe('enrolling', () => {
  it('stores the first step with its moment, announces it and says why', async () => {
    const ctx = await world.tenant();
    const { id: mailboxId } = await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx), await world.published(ctx)];
    const outcome = await enroll(ctx, { contactId: contact.id, sequenceId: sequence.id, source });
    expect(outcome).toMatchObject({ result: 'enrolled', firstStepAt: world.now().toISOString(), errorCode: '' });
    expect(outcome.message).toBe('Enrolled in “First contact”: the first step comes on Monday 9:00 (UTC).');
    expect(await world.enrollments(ctx)).toMatchObject([
      {
        id: outcome.enrollmentId,
        mailboxId,
        status: 'active',
        stepIndex: 0,
        nextStepAt: world.now(),
        sequenceVersion: 1,
        source,
        startedBy: 'SalesOS',
      },
    ]);
    expect(await world.events(ctx, 'enrollment.created')).toMatchObject([
      { enrollmentId: outcome.enrollmentId, source },
    ]);
    expect(await world.decisions(ctx, 'enrollment.enroll')).toMatchObject([
      { outcome: 'enrolled', contactId: contact.id, subjectId: outcome.enrollmentId },
    ]);
  });

  it('twice, also at once, is once', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx), await world.published(ctx)];
    const input = { contactId: contact.id, sequenceId: sequence.id, source };
    const outcomes = await Promise.all([1, 2, 3].map(() => enroll(ctx, input)));
    expect(outcomes.map(({ result }) => result).sort()).toEqual(['already_in', 'already_in', 'enrolled']);
    expect(new Set(outcomes.map(({ enrollmentId }) => enrollmentId)).size).toBe(1);
    expect(await world.enrollments(ctx)).toHaveLength(1);
    expect(await world.events(ctx, 'enrollment.created')).toHaveLength(1);
  });

  it('many people gives one outcome each, in order, and whoever is refused stops nobody else', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const sequence = await world.published(ctx);
    const [one, two, three] = [await world.person(ctx), await world.person(ctx), await world.person(ctx)];
    await optOut(ctx, two.id, 'link');
    const unknown = newId(world.now());
    const outcomes = await enrollMany(ctx, {
      contactIds: [three.id, two.id, one.id, unknown, three.id],
      sequenceId: sequence.id,
      source,
    });
    expect(outcomes.map(({ result, errorCode }) => errorCode || result)).toEqual([
      'enrolled',
      'OPTED_OUT',
      'enrolled',
      'RECORD_NOT_FOUND',
      'already_in',
    ]);
    expect(outcomes[4]!.enrollmentId).toBe(outcomes[0]!.enrollmentId);
    expect(await world.decisions(ctx, 'enrollment.enroll')).toHaveLength(5);
  });

  it('as a dry run answers the same and leaves nothing behind', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx), await world.published(ctx)];
    const input = { contactId: contact.id, sequenceId: sequence.id, source };
    expect(await tryEnroll(ctx, input)).toMatchObject({ result: 'enrolled' });
    expect(await world.enrollments(ctx)).toEqual([]);
    expect(await world.decisions(ctx, 'enrollment.enroll')).toEqual([]);
    expect(await enroll(ctx, input)).toMatchObject({ result: 'enrolled' });
    expect(await tryEnroll(ctx, input)).toMatchObject({ result: 'already_in' });
  });

  it('goes by the person’s present record when theirs was merged', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const sequence = await world.published(ctx);
    const kept = await world.person(ctx);
    const merged = await world.person(ctx);
    await mergeRecords(ctx, 'hubspot', kept.records[0]!.recordId, [merged.records[0]!.recordId]);
    await enroll(ctx, { contactId: merged.id, sequenceId: sequence.id, source });
    expect(await world.enrollments(ctx)).toMatchObject([{ contactId: kept.id }]);
  });
});

describe('an enrollment is refused', () => {
  const cases: [string, (ctx: Awaited<ReturnType<typeof world.tenant>>) => Promise<object>, string][] = [
    ['an unknown sequence', async () => ({ sequenceId: newId(world.now()) }), 'SEQUENCE_NOT_FOUND'],
    ['no address', async (ctx) => ({ contactId: (await world.person(ctx, { addresses: [] })).id }), 'NO_ADDRESS'],
    [
      'no usable address',
      async (ctx) => ({ contactId: (await world.person(ctx, { addresses: ['kim at home'] })).id }),
      'INVALID_ADDRESS',
    ],
    [
      'a value that the mail needs is missing',
      async (ctx) => ({ contactId: (await world.person(ctx, { firstName: null })).id }),
      'MISSING_VALUES',
    ],
    [
      'a suppressed domain',
      async (ctx) => {
        await suppress(ctx, { kind: 'domain', value: 'example.com', reason: 'manual', source: 'admin' });
        return {};
      },
      'SUPPRESSED',
    ],
    [
      'no postal address',
      async (ctx) => updateTenant(ctx, { postalAddress: '' }).then(() => ({})),
      'NO_POSTAL_ADDRESS',
    ],
    ['a mailbox that is not there', async () => ({ mailboxId: newId(world.now()) }), 'NO_MAILBOX'],
    [
      'somebody else’s mailbox',
      async () => ({ mailboxId: (await world.mailbox(await world.tenant('Other'))).id }),
      'NO_MAILBOX',
    ],
    [
      'a mailbox to be connected again',
      async (ctx) => ({ mailboxId: (await world.mailbox(ctx, { status: 'reconnect' })).id }),
      'MAILBOX_DISCONNECTED',
    ],
    ['two mailboxes and no owner', async (ctx) => world.mailbox(ctx).then(() => ({})), 'NO_MAILBOX'],
    [
      'a deleted record',
      async (ctx) => {
        const contact = await world.person(ctx);
        await deleteByRecord(ctx, 'hubspot', contact.records[0]!.recordId, 'deleted');
        return { contactId: contact.id };
      },
      'DELETED',
    ],
    [
      'somebody else’s contact',
      async () => ({ contactId: (await world.person(await world.tenant('Other'))).id }),
      'RECORD_NOT_FOUND',
    ],
    [
      'somebody else’s sequence',
      async () => ({ sequenceId: (await world.published(await world.tenant('Other'))).id }),
      'SEQUENCE_NOT_FOUND',
    ],
  ];
  it.each(cases)('for %s', async (_name, change, code) => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const base = { contactId: (await world.person(ctx)).id, sequenceId: (await world.published(ctx)).id, source };
    const outcome = await enroll(ctx, { ...base, ...pick(await change(ctx)) });
    expect(outcome).toMatchObject({ result: 'refused', errorCode: code, enrollmentId: '' });
    expect(outcome.message).not.toBe('');
    expect(await world.enrollments(ctx)).toEqual([]);
    const decisions = await world.decisions(ctx, 'enrollment.enroll');
    expect(decisions).toMatchObject([{ outcome: 'refused', reason: outcome.message, inputs: { code } }]);
  });

  const pick = (change: object) => {
    const { contactId, sequenceId, mailboxId } = change as Record<string, string | undefined>;
    return {
      ...(contactId ? { contactId } : {}),
      ...(sequenceId ? { sequenceId } : {}),
      ...(mailboxId ? { mailboxId } : {}),
    };
  };

  it('for an archived sequence and for one that was never published', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx), await world.published(ctx)];
    await archiveSequence(ctx, sequence.id);
    expect(await enroll(ctx, { contactId: contact.id, sequenceId: sequence.id, source })).toMatchObject({
      errorCode: 'SEQUENCE_NOT_FOUND',
    });
  });

  it('not for a missing address when the sequence has no mails', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    await updateTenant(ctx, { postalAddress: '' });
    const contact = await world.person(ctx, { addresses: [] });
    const sequence = await world.published(ctx, [call, wait(1), call]);
    expect(await enroll(ctx, { contactId: contact.id, sequenceId: sequence.id, source })).toMatchObject({
      result: 'enrolled',
    });
  });

  it('and names the values that are missing, once per pattern of what is there', async () => {
    const ctx = await world.tenant();
    await world.mailbox(ctx);
    const template = await world.template(
      ctx,
      '{{#if job_title}}{{company_name}}{{else}}{{fallback last_name "x"}}{{/if}}',
    );
    const sequence = await world.published(ctx, [{ kind: 'email', templateId: template.id }]);
    const people = [
      await world.person(ctx, { jobTitle: 'CEO', companyName: null }),
      await world.person(ctx, { jobTitle: null, companyName: null, lastName: null }),
      await world.person(ctx, { jobTitle: 'CEO' }),
      await world.person(ctx, { jobTitle: ' ', companyName: null }),
    ];
    const contactIds = people.map(({ id }) => id);
    const outcomes = await enrollMany(ctx, { contactIds, sequenceId: sequence.id, source });
    expect(outcomes.map(({ result }) => result)).toEqual(['refused', 'enrolled', 'enrolled', 'enrolled']);
    expect(outcomes[0]!.message).toContain('company_name');
  });
});

describe('the preview', () => {
  it('shows every step, and the enrollment comes on the very minute, also when it is moved into the window', async () => {
    const ctx = await world.tenant();
    const { address, id: mailboxId } = await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx, { timeZone: 'America/New_York' }), await world.published(ctx)];
    const preview = await previewEnrollment(ctx, { contactId: contact.id, sequenceId: sequence.id, mailboxId });
    expect(preview.refusal).toBeNull();
    expect(preview.steps.map(({ index, label }) => `${index} ${label}`)).toEqual([
      '0 Mail “Intro”',
      '1 Wait 3 days',
      '2 Mail “Follow-up”',
      '3 Wait 2 days',
      '4 Task “Call”',
    ]);
    const [first] = preview.steps;
    expect(first!.email).toMatchObject({ from: address, to: contact.addresses[0], subject: 'Quick question' });
    expect(first!.email!.text).toContain('Hi Kim');
    expect(first!.email!.text).toContain('1 Main Street');
    expect(first!.why).toContain('Moved to Monday 9:');
    const outcome = await enroll(ctx, { contactId: contact.id, sequenceId: sequence.id, mailboxId, source });
    expect(outcome.firstStepAt).toBe(first!.at);
  });

  it('says of each mail that a copy goes to the CRM, where the account wants that', async () => {
    const ctx = await world.tenant();
    const { id: mailboxId } = await world.mailbox(ctx);
    const { tenantId } = ctx;
    const at = { createdAt: world.now(), connectedAt: world.now() };
    const connection = { tenantId, id: newId(world.now()), crm: 'hubspot', accountId: tenantId, ...at };
    await ctx.db
      .insertInto('crmConnection')
      .values({ ...connection, status: 'connected' })
      .execute();
    world.system.sockets.crms = new Map();
    const contact = await world.person(ctx, { mailCopyTo: 'acme+person1@copies.example' });
    const ask = { contactId: contact.id, sequenceId: (await world.published(ctx)).id, mailboxId };
    const warnings = async () => (await previewEnrollment(ctx, ask)).steps.map(({ warnings }) => warnings.join());
    expect(await warnings()).toEqual(['', '', '', '', '']);
    await updateTenant(ctx, { mailLogging: 'smart_bcc' });
    const copied = expect.stringContaining('opens and clicks of it are not tracked');
    expect(await warnings()).toEqual([copied, '', copied, '', '']);
  });

  it('tells why nobody can be enrolled, what to do, and which mail lacks a value', async () => {
    const ctx = await world.tenant();
    const { id: mailboxId } = await world.mailbox(ctx);
    const [contact, sequence] = [await world.person(ctx, { firstName: null }), await world.published(ctx)];
    const preview = await previewEnrollment(ctx, { contactId: contact.id, sequenceId: sequence.id, mailboxId });
    expect(preview.refusal).toMatchObject({ code: 'MISSING_VALUES' });
    expect(preview.refusal!.howToFix).not.toBe('');
    expect(preview.steps.map(({ warnings }) => warnings.length)).toEqual([1, 0, 0, 0, 0]);
  });

  it('of another tenant’s sequence or contact is not there', async () => {
    const [ctx, other] = [await world.tenant(), await world.tenant('Other')];
    const [contact, sequence] = [await world.person(ctx), await world.published(ctx)];
    const [theirs, own] = [await world.person(other), await world.published(other)];
    await expect(previewEnrollment(other, { contactId: theirs.id, sequenceId: sequence.id })).rejects.toThrow('no seq');
    await expect(previewEnrollment(other, { contactId: contact.id, sequenceId: own.id })).rejects.toThrow('no contact');
  });
});
