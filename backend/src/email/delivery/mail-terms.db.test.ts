import { expect, test } from 'vitest';
import { startTestSystem } from '../../../testing/system.ts';
import { type PersonFromCrm, saveFromCrm, templateVariables } from '../../contacts/index.ts';
import type { Ctx } from '../../core/ctx.ts';
import { newId } from '../../core/ids.ts';
import { updateTenant } from '../../tenants/index.ts';
import { mailTermsFor } from './mail-terms.ts';

const world = await startTestSystem();
const now = () => world.system.clock.now();
let accounts = 0;
const copyTo = 'acme+person1@copies.example';

async function customer(status: 'connected' | 'reconnect' | 'uninstalled' = 'connected'): Promise<Ctx> {
  const ctx = await world.tenant();
  const { tenantId } = ctx;
  const row = { tenantId, id: newId(now()), crm: 'pipedrive', accountId: `${++accounts}`, status, createdAt: now() };
  await ctx.db
    .insertInto('crmConnection')
    .values({ ...row, connectedAt: now() })
    .execute();
  await updateTenant(ctx, { mailLogging: 'smart_bcc' });
  return ctx;
}
const kim: PersonFromCrm = {
  recordId: '1',
  objectType: 'person',
  addresses: ['kim@example.com'],
  firstName: 'Kim',
  lastName: null,
  jobTitle: null,
  companyName: null,
  ownerId: null,
  timeZone: null,
  country: null,
  mailCopyTo: copyTo,
  properties: {},
};
const save = (ctx: Ctx, change: Partial<PersonFromCrm> = {}, crm = 'pipedrive') =>
  saveFromCrm(ctx, crm, { ...kim, ...change }, now());
const copied = { trackingLevel: 'none', copyCrm: 'pipedrive', copyTo };
const logged = { trackingLevel: 'full', copyCrm: null, copyTo: null };

test('a mail goes with a copy and untracked where the account wants it, and as before where it does not', async () => {
  const ctx = await customer();
  const contacts = [
    await save(ctx),
    await save(ctx, { recordId: '2', addresses: ['max@example.com'], mailCopyTo: null }),
  ];
  expect(await mailTermsFor(ctx, contacts)).toEqual([copied, logged]);
  await updateTenant(ctx, { mailLogging: 'activities' });
  expect(await mailTermsFor(ctx, contacts)).toEqual([logged, logged]);
});

test('the address is of the record of its CRM, whichever CRM leads, and is no value for templates', async () => {
  const ctx = await customer();
  await save(ctx, { recordId: 'c1', mailCopyTo: null }, 'hubspot');
  const contact = await save(ctx);
  expect(contact.records).toHaveLength(2);
  expect(await mailTermsFor(ctx, [contact])).toEqual([copied]);
  expect(JSON.stringify([contact, templateVariables(contact)])).not.toContain(copyTo);
});

test('an address that no provider would take is none', async () => {
  const ctx = await customer();
  for (const mailCopyTo of ['', 'nowhere', 'a@b.example\r\nTo: x@y.example', 'kïm@copies.example']) {
    await world.advance(1);
    expect(await mailTermsFor(ctx, [await save(ctx, { mailCopyTo })])).toEqual([logged]);
  }
});

test.each(['reconnect', 'uninstalled'] as const)(
  'nothing is copied to a CRM whose connection is %s',
  async (status) => {
    const ctx = await customer(status);
    expect(await mailTermsFor(ctx, [await save(ctx)])).toEqual([logged]);
  },
);

test('another account learns of no address', async () => {
  const contact = await save(await customer());
  expect(await mailTermsFor(await customer(), [contact])).toEqual([logged]);
});
