import { afterEach, beforeEach, expect, test } from 'vitest';
import { VendorUnavailable } from '../../core/errors.ts';
import { CrmRefused } from '../../crm-sync/crm.ts';
import { createSalesforceHarness, type SalesforceHarness } from './crm.harness.ts';

let crm: SalesforceHarness;
beforeEach(async () => {
  crm = await createSalesforceHarness();
  crm.org.settings.isPackageInstalled = true;
});
afterEach(() => crm.close());

const push = (key: string) => crm.vendor.takeKey!(crm.account, key);

test('the key of the org is stored, and replaced by the next one', async () => {
  await push('sfo_1');
  await push('sfo_2');
  expect(crm.org.credential()).toBe('sfo_2');
});

test('a key that the org does not take is a refusal that says how to enter it by hand, without the key in it', async () => {
  crm.org.settings.mayChangeCredentials = false;
  const error = await push('sfo_secret').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CrmRefused);
  expect(JSON.stringify([error, String(error)])).not.toContain('sfo_secret');
  expect((error as CrmRefused).howToFix).toContain('External Credentials');
  crm.org.settings.mayChangeCredentials = true;
  crm.org.settings.isPackageInstalled = false;
  await expect(push('sfo_secret')).rejects.toBeInstanceOf(CrmRefused);
  crm.fake.faults.next({ kind: 'status', status: 503 });
  await expect(push('sfo_secret')).rejects.toBeInstanceOf(VendorUnavailable);
});
