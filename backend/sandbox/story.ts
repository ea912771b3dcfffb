import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import { type System, tenantContext } from '../src/core/ctx.ts';
import { connectMailbox, createTemplate, listMailboxes } from '../src/email/index.ts';
import { createSequence, listSequences, publishSequence } from '../src/sequences/index.ts';
import { installCrm, memberFromIdentity, updateTenant } from '../src/tenants/index.ts';
import type { FakeGoogle } from './fakes/google/fake-google.ts';
import type { FakeHubSpot } from './fakes/hubspot/index.ts';
import type { SandboxContact } from './page-api.ts';

/** The story the sandbox tells: one rep, two prospects, one sequence. */

export const portal = {
  id: 4711,
  name: 'Northwind Tools',
  timeZone: 'Europe/Berlin',
  userId: 21,
  appId: 9001,
  appName: 'SalesOS',
};
const rep = {
  userId: 21,
  ownerId: '121',
  email: 'robin@northwind-tools.example',
  firstName: 'Robin',
  lastName: 'Vale',
};

const people = [
  {
    startsBy: 'card',
    firstname: 'Kim',
    lastname: 'Larsen',
    email: 'kim.larsen@fjordworks.example',
    jobtitle: 'Head of Operations',
    company: 'Fjordworks',
    country: 'Denmark',
    hs_timezone: 'europe_slash_copenhagen',
    city: 'Aarhus',
    phone: '+45 70 10 20 30',
    zone: 'Europe/Copenhagen',
  },
  {
    startsBy: 'workflow',
    firstname: 'Alex',
    lastname: 'Moreau',
    email: 'alex.moreau@atelier-lumen.example',
    jobtitle: 'Workshop Manager',
    company: 'Atelier Lumen',
    country: 'Spain',
    hs_timezone: 'europe_slash_madrid',
    city: 'Girona',
    phone: '+34 972 00 00 00',
    zone: 'Europe/Madrid',
  },
] as const;

const mails = [
  {
    name: 'First hello',
    subject: 'Fewer tool shortages at {{fallback company_name "your workshop"}}',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>Teams like yours at {{fallback company_name "your company"}} lose about two hours a week looking for tools. Our cabinets count
themselves, so nothing runs out unnoticed.</p>
<p>Here is a <a href="https://northwind-tools.example/tour">three-minute tour</a>, and <a href="https://northwind-tools.example/prices">what it costs</a>.</p>
<p>Would a short call next week make sense?</p>
<p>{{sender_name}}</p>`,
  },
  {
    name: 'Short reminder',
    subject: 'A short reminder',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>Did you get a chance to look at the <a href="https://northwind-tools.example/tour">tour</a>? If somebody else looks after tools at
{{fallback company_name "your company"}}, I am happy to write to them instead.</p>
<p>{{sender_name}}</p>`,
  },
  {
    name: 'Last note',
    subject: 'Closing the loop',
    html: `<p>Hi {{fallback first_name "there"}},</p>
<p>I will stop writing after this one. If fewer shortages become a topic, <a href="https://northwind-tools.example/contact">here is my calendar</a>.</p>
<p>{{sender_name}}</p>`,
  },
];

/** Fills the fakes. Ids are the same at every start, so that what the database remembers fits. */
export function seedFakes(hubspot: FakeHubSpot, google: FakeGoogle): SandboxContact[] {
  const controls = hubspot.addPortal({ ...portal, users: [rep] });
  google.addMailbox(rep.email, `${rep.firstName} ${rep.lastName}`);
  return people.map(({ startsBy, zone, ...properties }) => {
    const companyId = controls.createCompany({ name: properties.company, country: properties.country });
    const recordId = controls.createContact({ ...properties, hubspot_owner_id: rep.ownerId });
    controls.setCompany(recordId, companyId);
    return {
      recordId,
      name: `${properties.firstname} ${properties.lastname}`,
      address: properties.email,
      jobTitle: properties.jobtitle,
      companyName: properties.company,
      timeZone: zone,
      startsBy,
    };
  });
}

/** Installs the app, connects the mailbox and writes the sequence, as an admin would; what is there already stays. */
export async function seedTenant(system: System, hubspot: FakeHubSpot, google: FakeGoogle): Promise<void> {
  const installed = hubspot.portal(portal.id).install();
  const lasts = (seconds: number) => new Date(system.clock.now().getTime() + seconds * 1000);
  const { tenantId } = await installCrm(system, {
    crm: 'hubspot',
    grant: {
      tokens: {
        accessToken: installed.access_token,
        refreshToken: installed.refresh_token,
        expiresAt: lasts(installed.expires_in),
        scopes: installed.scopes,
      },
      accountId: String(portal.id),
      accountName: portal.name,
      user: { id: String(rep.userId), email: rep.email },
    },
  });
  const ctx = tenantContext(system, tenantId);
  const identity = {
    crm: 'hubspot',
    crmUserId: String(rep.userId),
    email: rep.email,
    name: `${rep.firstName} ${rep.lastName}`,
  };
  const member = await memberFromIdentity(ctx, identity);
  await updateTenant(ctx, {
    postalAddress: 'Northwind Tools, 12 Harbour Street, 10115 Berlin',
    timeZone: portal.timeZone,
  });

  const scopes = [
    'https://www.googleapis.com/auth/gmail.send',
    'https://www.googleapis.com/auth/gmail.readonly',
    'openid',
    'email',
  ];
  const grant = google.grant(rep.email, scopes);
  const connected = (await listMailboxes(ctx)).some((mailbox) => mailbox.status === 'disconnected');
  if (!connected) {
    await connectMailbox(
      ctx,
      'google',
      { tokens: { ...grant, expiresAt: lasts(3600), scopes }, accountId: rep.email, accountName: null, user: null },
      member.id,
    );
  }

  if ((await listSequences(ctx, { before: null, limit: 1 })).length > 0) return;
  const [first, second, third] = await Promise.all(mails.map((mail) => createTemplate(ctx, { ...mail, text: null })));
  const sequence = await createSequence(ctx, {
    name: 'Workshop introduction',
    description: 'Three mails and a call over two weeks, for people who run a workshop.',
    definition: {
      sendWindow: defaultSendWindow,
      holidays: [],
      steps: [
        { kind: 'email', templateId: first!.id, replyInThread: false },
        { kind: 'wait', amount: 2, unit: 'business_days' },
        { kind: 'email', templateId: second!.id, replyInThread: true },
        { kind: 'wait', amount: 3, unit: 'business_days' },
        {
          kind: 'task',
          title: 'Call them',
          note: 'Ask who orders the tools and how often something runs out.',
        },
        { kind: 'wait', amount: 4, unit: 'business_days' },
        { kind: 'email', templateId: third!.id, replyInThread: true },
      ],
    },
  });
  await publishSequence(ctx, sequence.id);
}
