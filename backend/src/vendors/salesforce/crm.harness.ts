/** The fake Salesforce on loopback, as the CRM contract wants it; also records every request the vendor sends. */
import {
  createFakeSalesforce,
  type FakeSalesforceOptions,
  sandboxOrgId,
} from '../../../sandbox/fakes/salesforce/index.ts';
import { handClock } from '../../core/clock.ts';
import type { HttpRequest } from '../../core/http.ts';
import type { CrmHarness } from '../../crm-sync/crm.harness.ts';
import { GrantRefused } from '../../tenants/oauth.ts';
import { crmFaults } from '../faults.harness.ts';
import { reachFake } from '../reach-fake.harness.ts';
import type { SalesforceConfig } from './config.ts';
import { createSalesforce, salesforceBudget } from './vendor.ts';

export const redirectUrl = 'https://api.example.com/connect/salesforce/callback';
/** What Salesforce people write where a last name is demanded and nobody knows it. */
const noName = '[not provided]';

export type SalesforceHarness = Awaited<ReturnType<typeof createSalesforceHarness>>;

export async function createSalesforceHarness(
  sent: HttpRequest[] = [],
  options: Partial<FakeSalesforceOptions> & { config?: Partial<SalesforceConfig>; calls?: number } = {},
) {
  const clock = handClock(new Date('2026-03-02T09:00:00.000Z'));
  const fake = createFakeSalesforce({
    clock,
    clientId: 'client-1',
    clientSecret: 'secret-1',
    redirectUris: [redirectUrl],
    org: {
      id: sandboxOrgId,
      name: 'Acme',
      users: [
        {
          username: 'robin@acme.test',
          email: 'rep@seller.test',
          firstName: 'Robin',
          lastName: 'de Vries',
          isAdmin: true,
        },
        { username: 'sam@acme.test', email: 'sam@seller.test', firstName: 'Sam', lastName: 'Regular', isAdmin: false },
      ],
    },
    ...options,
  });
  const { org } = fake;
  const { url, http, settle, close } = await reachFake(fake.app, {
    clock,
    sent,
    budgets: { salesforce: { ...salesforceBudget, calls: options.calls ?? 5000 } },
  });
  const config: SalesforceConfig = {
    clientId: 'client-1',
    clientSecret: 'secret-1',
    loginUrl: url,
    namespace: 'salesos__',
    ...options.config,
  };
  const { crm, oauth } = createSalesforce(config, http, clock);
  const robin = org.users()[0]!;
  let token: string = org.connect(url).access_token;
  let isRemoved = false;
  org.settings.isPackageInstalled = false;
  org.addField('Contact', 'Second_Email__c', 'email');
  const text = (value: unknown) => String(value ?? '');

  const harness: CrmHarness = {
    vendor: {
      ...crm,
      /** The package brings the fields: an admin has installed it when somebody asks for them. */
      ensureFields: (account) => {
        org.settings.isPackageInstalled = true;
        return crm.ensureFields(account);
      },
    },
    account: {
      tenantId: 'tenant',
      connectionId: 'connection',
      accountId: sandboxOrgId,
      apiUrl: url,
      // As tenants do it: a grant that is gone says so when it is to be renewed.
      token: async (refused) => {
        if (refused !== undefined && isRemoved) throw new GrantRefused('The grant is gone.');
        return token;
      },
    },
    owner: { ownerId: robin.id, userId: robin.id, email: 'rep@seller.test', name: 'Robin de Vries' },
    addPerson: ({ email, firstName, lastName, jobTitle, country, ownerId, optedOut }) =>
      org.create('Contact', {
        LastName: lastName ?? noName,
        FirstName: firstName ?? null,
        Email: email ?? null,
        Title: jobTitle ?? null,
        MailingCountry: country ?? null,
        OwnerId: ownerId ?? robin.id,
        HasOptedOutOfEmail: optedOut ?? false,
      }),
    addAddress: (id, address) => org.update(id, { Second_Email__c: address }),
    changePerson: (id, firstName) => org.update(id, { FirstName: firstName }),
    giveCompany: (id, name) => {
      const accountId = org.create('Account', { Name: name });
      org.update(id, { AccountId: accountId });
      return accountId;
    },
    mergePeople: (master, other) => {
      // Whoever merges chooses what to keep; the other address goes into the second field.
      const { Email } = org.values(other);
      org.merge(master, other);
      org.update(master, { Second_Email__c: Email ?? null });
      return master;
    },
    deletePerson: org.delete,
    erasePerson: org.purge,
    timeline: (id) => org.timeline(id),
    companyTimelineLength: (id) => org.accountTimeline(id).length,
    mailCount: org.mailCount,
    fieldsOf: (id) => {
      const values = org.values(id);
      return {
        score: text(values.salesos__Score__c),
        tier: text(values.salesos__Tier__c),
        lastEngagedAt: text(values.salesos__Last_Engaged__c),
        sequenceStatus: text(values.salesos__Sequence_Status__c),
        statusReason: text(values.salesos__Status_Reason__c),
      };
    },
    notices: () => [],
    nextCall: (call, trouble) =>
      fake.faults.next({
        ...crmFaults[trouble],
        match: ({ method, path }) => call === 'anyRead' || (method === 'POST' && path.endsWith('/composite/sobjects')),
      }),
    settle,
    exhaustRateLimit: async () => org.limitRequests(30),
    expireToken: org.expireSessions,
    renewToken: () => {
      token = org.connect(url).access_token;
    },
    removeApp: () => {
      isRemoved = true;
      org.revokeAll();
    },
    refusePeopleNamed: (firstName, message) =>
      org.addRule({
        type: 'Contact',
        errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message,
        refuses: (values) => values.FirstName === firstName && values.salesos__Score__c !== undefined,
      }),
    refuseMailsNamed: (subject, message) =>
      org.addRule({
        type: 'EmailMessage',
        errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message,
        refuses: (values) => values.Subject === subject,
      }),
    addGroup: (name, recordIds) => {
      const recordId = org.create('Account', { Name: name });
      for (const id of recordIds) org.update(id, { AccountId: recordId });
      return { objectType: 'Account', recordId };
    },
    tasksOf: (id) =>
      org
        .timeline(id)
        .filter(({ kind }) => kind === 'task')
        .map(({ id, subject, text, at, isDone, ownerId }) => ({
          id,
          title: subject,
          note: text,
          dueAt: at,
          isDone,
          ownerId,
        })),
    removeField: () => {
      for (const type of ['Contact', 'Lead']) org.settings.hiddenFields.add(`${type}.salesos__Score__c`);
    },
    makeReadOnly: () => {
      org.settings.isReadOnly = true;
    },
    uniqueAddresses: false,
    lacks: ['time_zone', 'records_without_owner', 'notices'],
    requestCount: () => sent.length,
    wait: clock.advance,
    close,
  };
  /** Without the admin who installs the package first. */
  const ensureFieldsAsIs = () => crm.ensureFields(harness.account);
  return { ...harness, ensureFieldsAsIs, fake, org, oauth, clock, http, config, url };
}
