import { describe, expect, it } from 'vitest';
import { eventsNamed } from '../../testing/events.ts';
import { startTestSystem } from '../../testing/system.ts';
import { personFromCrm } from '../contacts/contacts.harness.ts';
import { deleteByRecord, mergeRecords, saveFromCrm } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { updateTenant } from '../tenants/index.ts';
import {
  isSuppressed,
  listSuppressions,
  mayContact,
  optOut,
  recordConsent,
  suppress,
  trackingLevelsFor,
  unsuppress,
} from './index.ts';
import { reactions } from './wakeups.ts';

const world = await startTestSystem({ reactions });
let count = 0;
const contact = (ctx: Ctx, addresses: string[] = [`p${++count}@example.com`], recordId = String(++count)) =>
  saveFromCrm(ctx, 'hubspot', personFromCrm(recordId, { addresses, firstName: 'Kim' }), world.system.clock.now());
const codes = async (ctx: Ctx, ...people: { contactId: string; address: string }[]) =>
  (await mayContact(ctx, people)).map((refusal) => refusal?.code ?? null);
const ask = async (ctx: Ctx, { id, addresses }: { id: string; addresses: string[] }) =>
  (await codes(ctx, { contactId: id, address: addresses[0] ?? '' }))[0];
const optedOut = async (ctx: Ctx) => (await eventsNamed(ctx, 'contact.opted_out')).map(({ contactId }) => contactId);

describe('whether somebody may be written to', () => {
  it('is answered for each of many people, in their order', async () => {
    const ctx = await world.tenant();
    const fine = await contact(ctx);
    const out = await contact(ctx);
    const gone = await contact(ctx, ['gone@example.com'], 'gone');
    const blocked = await contact(ctx, ['kim@deep.blocked.example']);
    await optOut(ctx, out.id, 'link');
    await deleteByRecord(ctx, 'hubspot', 'gone', 'deleted');
    await suppress(ctx, { kind: 'domain', value: 'Blocked.example', reason: 'manual', source: 'admin' });
    const stranger = await contact(await world.tenant());
    expect(
      await codes(
        ctx,
        { contactId: fine.id, address: fine.addresses[0]! },
        { contactId: out.id, address: out.addresses[0]! },
        { contactId: gone.id, address: 'gone@example.com' },
        { contactId: blocked.id, address: 'kim@deep.blocked.example' },
        { contactId: stranger.id, address: stranger.addresses[0]! },
        { contactId: fine.id, address: ' ' },
        { contactId: fine.id, address: 'no address' },
        { contactId: fine.id, address: 'a@example.com\r\nBcc: b@example.com' },
        { contactId: fine.id, address: fine.addresses[0]!.toUpperCase() },
      ),
    ).toEqual([
      null,
      'OPTED_OUT',
      'DELETED',
      'SUPPRESSED',
      'RECORD_NOT_FOUND',
      'NO_ADDRESS',
      'INVALID_ADDRESS',
      'INVALID_ADDRESS',
      null,
    ]);
    expect(await mayContact(ctx, [])).toEqual([]);
  });

  it('is no as long as the postal address is missing', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx);
    await updateTenant(ctx, { postalAddress: '' });
    expect(await ask(ctx, kim)).toBe('NO_POSTAL_ADDRESS');
    const [refusal] = await mayContact(ctx, [{ contactId: kim.id, address: kim.addresses[0]! }]);
    expect(refusal?.sentence).toContain('postal address');
  });

  it('takes three queries for 500 people', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx);
    const people = Array.from({ length: 500 }, (_, index) => ({
      contactId: kim.id,
      address: `p${index}@sub.example.org`,
    }));
    await suppress(ctx, { kind: 'address', value: 'p499@sub.example.org', reason: 'manual', source: 'admin' });
    let queries = 0;
    const counted = ctx.db.withPlugin({
      transformQuery: ({ node }) => {
        queries++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const answers = await codes({ ...ctx, db: counted }, ...people);
    expect(queries).toBe(3);
    expect(answers.slice(0, 499).every((code) => code === null)).toBe(true);
    expect(answers[499]).toBe('SUPPRESSED');
  });
});

describe('opting out', () => {
  it('holds for every address of the person, and for one the record gets later', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx, ['one@example.com', 'two@example.com'], 'kim');
    await optOut(ctx, kim.id, 'one_click', 'old@example.com');
    for (const address of ['one@example.com', 'TWO@example.com', 'old@example.com'])
      expect(await isSuppressed(ctx, address)).toMatchObject({ reason: 'opted_out', source: 'one_click' });
    await world.advance(1);
    const moved = await contact(ctx, ['three@example.com'], 'kim');
    expect(moved.id).toBe(kim.id);
    expect(await ask(ctx, moved)).toBe('OPTED_OUT');
  });

  it('stops everybody with the address, once', async () => {
    const ctx = await world.tenant();
    const one = await contact(ctx, ['shared@example.com']);
    const two = await contact(ctx, ['shared@example.com']);
    await optOut(ctx, one.id, 'link');
    await optOut(ctx, one.id, 'link');
    expect((await optedOut(ctx)).sort()).toEqual([one.id, two.id].sort());
    expect(await ask(ctx, two)).toBe('OPTED_OUT');
  });

  it('is announced once when two clicks come at the same time', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx);
    await Promise.all([optOut(ctx, kim.id, 'one_click'), optOut(ctx, kim.id, 'link')]);
    expect(await optedOut(ctx)).toEqual([kim.id]);
  });

  it('stays with the person when records are merged', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx, ['kim@example.com'], 'm1');
    const other = await contact(ctx, ['other@example.com'], 'm2');
    await optOut(ctx, other.id, 'reply');
    await mergeRecords(ctx, 'hubspot', 'm1', ['m2']);
    await world.runJobs();
    expect(await codes(ctx, { contactId: kim.id, address: 'kim@example.com' })).toEqual(['OPTED_OUT']);
    expect(await optedOut(ctx)).toContain(kim.id);
  });

  it('outlives an erasure without the address being kept anywhere', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx, ['secret.person@example.com'], 'e1');
    await optOut(ctx, kim.id, 'link');
    await deleteByRecord(ctx, 'hubspot', 'e1', 'erased');
    const rows = await ctx.db.selectFrom('suppression').selectAll().where('tenantId', '=', ctx.tenantId).execute();
    expect(JSON.stringify(rows)).not.toContain('secret.person');
    const again = await contact(ctx, ['secret.person@example.com'], 'e2');
    expect(await ask(ctx, again)).toBe('OPTED_OUT');
  });

  it("of another tenant's contact is refused, and one tenant's opt-outs do not bind another", async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx, ['kim@both.example']);
    const stranger = await world.tenant();
    await expect(optOut(stranger, kim.id, 'api')).rejects.toMatchObject({ status: 404 });
    await optOut(ctx, kim.id, 'api');
    expect(await ask(stranger, await contact(stranger, ['kim@both.example']))).toBeNull();
    expect(await isSuppressed(stranger, 'kim@both.example')).toBeNull();
  });
});

describe('the do-not-contact list', () => {
  it('shows what is on it without showing who, newest first and in pages', async () => {
    const ctx = await world.tenant();
    await suppress(ctx, { kind: 'address', value: 'Kim <KIM@acme.example>', reason: 'manual', source: 'admin' });
    await world.advance(1);
    await suppress(ctx, { kind: 'domain', value: '@rival.example', reason: 'manual', source: 'admin' });
    const [first] = await listSuppressions(ctx, { before: null, limit: 1 });
    expect(first).toMatchObject({ kind: 'domain', value: 'rival.example', reason: 'manual' });
    const rest = await listSuppressions(ctx, { before: first!.id, limit: 10 });
    expect(rest).toMatchObject([{ kind: 'address', value: '•••@acme.example' }]);
    expect(await listSuppressions(await world.tenant(), { before: null, limit: 10 })).toEqual([]);
  });

  it('stops people in flight, but a bounce does that by itself', async () => {
    const ctx = await world.tenant();
    const one = await contact(ctx, ['kim@stop.example']);
    await contact(ctx, ['bounce@example.com']);
    await suppress(ctx, { kind: 'domain', value: 'stop.example', reason: 'manual', source: 'admin' });
    await suppress(ctx, { kind: 'address', value: 'bounce@example.com', reason: 'hard_bounce', source: 'bounce' });
    expect(await optedOut(ctx)).toEqual([one.id]);
  });

  it('lets go of an entry, but not of somebody who unsubscribed', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx);
    const target = { kind: 'address' as const, value: kim.addresses[0]! };
    await suppress(ctx, { ...target, reason: 'hard_bounce', source: 'bounce' });
    const stranger = await world.tenant();
    expect(await unsuppress(stranger, target)).toEqual({ removed: false });
    expect(await unsuppress(ctx, target)).toEqual({ removed: true });
    expect(await ask(ctx, kim)).toBeNull();
    await suppress(ctx, { ...target, reason: 'hard_bounce', source: 'bounce' });
    await optOut(ctx, kim.id, 'link');
    await expect(unsuppress(ctx, target)).rejects.toMatchObject({ status: 409 });
    expect(await ask(ctx, kim)).toBe('OPTED_OUT');
    await suppress(ctx, { ...target, reason: 'manual', source: 'admin' });
    expect(await isSuppressed(ctx, target.value)).toMatchObject({ reason: 'opted_out' });
  });

  it('what the CRM said can be taken back for the person and the address', async () => {
    const ctx = await world.tenant();
    const kim = await contact(ctx);
    await optOut(ctx, kim.id, 'crm');
    expect(await ask(ctx, kim)).toBe('OPTED_OUT');
    expect(await unsuppress(ctx, { kind: 'address', value: kim.addresses[0]! })).toEqual({ removed: true });
    expect(await ask(ctx, kim)).toBeNull();
  });

  it('takes no nonsense', async () => {
    const ctx = await world.tenant();
    for (const value of ['', 'no address', 'a@b@c.com', 'x'.repeat(400)]) {
      const target = { kind: 'address' as const, value };
      await expect(suppress(ctx, { ...target, reason: 'manual', source: 'admin' })).rejects.toMatchObject({
        status: 422,
      });
      await expect(unsuppress(ctx, target)).rejects.toMatchObject({ status: 422 });
    }
    for (const value of ['com', '', 'a b.example', 'https://example.com'])
      await expect(suppress(ctx, { kind: 'domain', value, reason: 'manual', source: 'admin' })).rejects.toMatchObject({
        status: 422,
      });
    expect(await isSuppressed(ctx, 'nonsense')).toBeNull();
  });
});

describe('tracking', () => {
  it('is lowered by country, until the person consents, and again when they take it back', async () => {
    const ctx = await world.tenant();
    const french = { country: 'FR', addresses: ['kim@example.com'] };
    const german = { country: 'DE', addresses: ['max@example.com'] };
    expect(await trackingLevelsFor(ctx, [french, german])).toEqual(['hygiene', 'full']);
    const consent = { address: 'KIM@example.com', source: 'form', textVersion: '1' };
    await recordConsent(ctx, { ...consent, granted: true });
    expect(await trackingLevelsFor(ctx, [french])).toEqual(['full']);
    expect(await trackingLevelsFor(await world.tenant(), [french])).toEqual(['hygiene']);
    await world.advance(1);
    await recordConsent(ctx, { ...consent, granted: false });
    expect(await trackingLevelsFor(ctx, [french])).toEqual(['hygiene']);
    await updateTenant(ctx, { trackingLevel: 'none' });
    expect(await trackingLevelsFor(ctx, [french, german])).toEqual(['none', 'none']);
    await expect(recordConsent(ctx, { ...consent, address: 'x', granted: true })).rejects.toMatchObject({
      status: 422,
    });
  });
});
