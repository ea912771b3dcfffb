import { defaultSendWindow } from '@salesos/shared/sequence.ts';
import { type Ctx, inTransaction, type System, tenantContext } from '../src/core/ctx.ts';
import { connectMailbox, createTemplate, listMailboxes, type Mailbox } from '../src/email/index.ts';
import { createSequence, listSequences, publishSequence } from '../src/sequences/index.ts';
import {
  findConnection,
  type Grant,
  installCrm,
  memberFromIdentity,
  storeGrant,
  syncOwners,
  updateTenant,
} from '../src/tenants/index.ts';
import { writeServers } from '../src/vendors/smtp/servers.ts';
import type { FakeHubSpot } from './fakes/hubspot/index.ts';
import type { OnFakes } from './on-fakes.ts';
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
export const rep = {
  userId: 21,
  ownerId: '121',
  email: 'robin@northwind-tools.example',
  firstName: 'Robin',
  lastName: 'Vale',
};

/** The rep's mailboxes at the other providers. In the order of addresses they follow the usual one, which is offered first. */
const otherMailboxes = {
  microsoft: 'robin@outlook-northwind.example',
  smtp: 'robin@post-northwind.example',
};
const mailPassword = 'sandbox-app-password';
const domainOf = (address: string) => address.slice(address.indexOf('@') + 1);

/** The domains that the rep's mailboxes send from, as public DNS should know them. */
export const mailDomains = [
  { domain: domainOf(rep.email), include: '_spf.google.com', selectors: ['google'] },
  {
    domain: domainOf(otherMailboxes.microsoft),
    include: 'spf.protection.outlook.com',
    selectors: ['selector1', 'selector2'],
  },
  { domain: domainOf(otherMailboxes.smtp), include: '_spf.post-northwind.example', selectors: ['default'] },
];

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

const googleScopes = [
  'https://www.googleapis.com/auth/gmail.send',
  'https://www.googleapis.com/auth/gmail.readonly',
  'openid',
  'email',
];
const microsoftScopes = ['offline_access', 'User.Read', 'Mail.ReadWrite', 'Mail.Send'];
export type Account = Pick<typeof portal, 'id' | 'name' | 'timeZone'>;
export type Colleague = typeof rep;

/** Fills the fakes: the account, the rep's mailboxes and the prospects. */
export function seedFakes({
  hubspot,
  google,
  microsoft,
  mailServer,
}: Pick<OnFakes, 'hubspot' | 'google' | 'microsoft' | 'mailServer'>): void {
  const controls = hubspot.addPortal({ ...portal, users: [rep] });
  const name = `${rep.firstName} ${rep.lastName}`;
  google.addMailbox(rep.email, name);
  microsoft.addMailbox(otherMailboxes.microsoft, name);
  mailServer.addMailbox(otherMailboxes.smtp, name, mailPassword);
  for (const { startsBy: _, zone: __, ...properties } of people) {
    const companyId = controls.createCompany({ name: properties.company, country: properties.country });
    const recordId = controls.createContact({ ...properties, hubspot_owner_id: rep.ownerId });
    controls.setCompany(recordId, companyId);
  }
}

/** The prospects as the page shows them. */
export function prospectsIn(hubspot: FakeHubSpot): SandboxContact[] {
  const controls = hubspot.portal(portal.id);
  const byAddress = new Map(controls.contactIds().map((id) => [controls.contactProperties(id).email, id]));
  return people.flatMap(({ firstname, lastname, email, jobtitle, company, zone, startsBy }) => {
    const recordId = byAddress.get(email);
    if (!recordId) return [];
    const name = `${firstname} ${lastname}`;
    return [{ recordId, name, address: email, jobTitle: jobtitle, companyName: company, timeZone: zone, startsBy }];
  });
}

/** Installs the app, connects the mailboxes and writes the sequence, as an admin would; what is there already stays. */
export async function seedTenant(on: OnFakes): Promise<void> {
  const { ctx, memberId } = await installApp(on, portal, rep);
  // The CRM tells it too, in a while; from the first moment on each owner has their mailbox.
  const { ownerId, userId, email, firstName, lastName } = rep;
  await syncOwners(ctx, 'hubspot', [{ ownerId, userId: String(userId), email, name: `${firstName} ${lastName}` }]);
  const known = on.memory ? await listMailboxes(ctx) : [];
  const canSend = known.some(({ status }) => status === 'connected');
  const addresses = { google: rep.email, ...otherMailboxes };
  for (const vendor of ['google', 'microsoft', 'smtp'] as const) {
    const mailbox = known.find(({ address }) => address === addresses[vendor]);
    if (!mailbox || !canSend) await giveMailbox(on, ctx, rep, memberId, vendor);
    else if (vendor === 'smtp' && mailbox.status !== 'disconnected') await tellPorts(on, ctx, mailbox);
  }
  if ((await listSequences(ctx, { before: null, limit: 1 })).length === 0) await writeSequence(ctx);
}

/** Installs SalesOS in an account, unless it is installed and HubSpot still knows its tokens. The user becomes its admin. */
export async function installApp(on: OnFakes, account: Account, user: Colleague) {
  const crm = 'hubspot';
  const { system } = on.app;
  const connection = await findConnection(system, crm, String(account.id));
  const connected = on.memory && connection?.status === 'connected';
  const tenantId = connected ? connection.tenantId : await install(on, account, user);
  const ctx = tenantContext(system, tenantId);
  const { userId, email, firstName, lastName } = user;
  const member = await memberFromIdentity(ctx, {
    crm,
    crmUserId: String(userId),
    email,
    name: `${firstName} ${lastName}`,
  });
  await updateTenant(ctx, {
    postalAddress: `${account.name}, 12 Harbour Street, 10115 Berlin`,
    timeZone: account.timeZone,
  });
  return { ctx, memberId: member.id };
}

async function install({ app, hubspot, keep }: OnFakes, account: Account, user: Colleague): Promise<string> {
  const { system } = app;
  const granted = hubspot.portal(account.id).install();
  await keep();
  const { tenantId } = await installCrm(system, {
    crm: 'hubspot',
    grant: {
      tokens: {
        accessToken: granted.access_token,
        refreshToken: granted.refresh_token,
        expiresAt: later(system, granted.expires_in),
        scopes: granted.scopes,
      },
      accountId: String(account.id),
      accountName: account.name,
      user: { id: String(user.userId), email: user.email },
    },
  });
  return tenantId;
}

export type MailProvider = 'google' | keyof typeof otherMailboxes;

/** Connects a mailbox of a rep, as the consent page or the form would. Other providers than Google know the story's rep only. */
export async function giveMailbox(
  on: OnFakes,
  ctx: Ctx,
  { email, firstName, lastName }: Colleague,
  memberId: string,
  vendor: MailProvider = 'google',
) {
  const address = vendor === 'google' ? email : otherMailboxes[vendor];
  const tokens = grantTokens(on, ctx, vendor, address);
  await on.keep();
  const accountName = vendor === 'smtp' ? `${firstName} ${lastName}` : null;
  return connectMailbox(ctx, vendor, { tokens, accountId: address, accountName, user: null }, memberId);
}

function grantTokens(on: OnFakes, ctx: Ctx, vendor: MailProvider, address: string): Grant['tokens'] {
  if (vendor === 'smtp') return serverTokens(on, address);
  const scopes = vendor === 'google' ? googleScopes : microsoftScopes;
  return { ...on[vendor].grant(address, scopes), expiresAt: later(ctx, 3600), scopes };
}

/** What the form for mail servers leaves behind. */
function serverTokens({ mailPorts }: OnFakes, address: string): Grant['tokens'] {
  const server = (port: number) => ({ host: '127.0.0.1', port, security: 'none' as const });
  const accessToken = writeServers({
    smtp: server(mailPorts.smtpPort),
    imap: server(mailPorts.imapPort),
    user: address,
    secret: { kind: 'password', password: mailPassword },
    displayName: `${rep.firstName} ${rep.lastName}`,
    filesSent: true,
  });
  return { accessToken, refreshToken: '', expiresAt: new Date('9999-01-01T00:00:00Z'), scopes: [] };
}

/** The mail server listens on other ports in each run. */
const tellPorts = (on: OnFakes, ctx: Ctx, { id, vendor, address }: Mailbox) =>
  storeGrant(ctx, { id, vendor, account: address, tokens: serverTokens(on, address) });

/** Writes and publishes the sequence; all of it or nothing. */
export const writeSequence = (ctx: Ctx): Promise<string> =>
  inTransaction(ctx, async (ctx) => {
    const templates = [];
    for (const mail of mails) templates.push(await createTemplate(ctx, { ...mail, text: null }));
    const [first, second, third] = templates.map(({ id }) => id);
    const { id } = await createSequence(ctx, {
      name: 'Workshop introduction',
      description: 'Three mails and a call over two weeks, for people who run a workshop.',
      definition: {
        sendWindow: defaultSendWindow,
        holidays: [],
        steps: [
          { kind: 'email', templateId: first!, replyInThread: false },
          { kind: 'wait', amount: 2, unit: 'business_days' },
          { kind: 'email', templateId: second!, replyInThread: true },
          { kind: 'wait', amount: 3, unit: 'business_days' },
          {
            kind: 'task',
            title: 'Call them',
            note: 'Ask who orders the tools and how often something runs out.',
          },
          { kind: 'wait', amount: 4, unit: 'business_days' },
          { kind: 'email', templateId: third!, replyInThread: true },
        ],
      },
    });
    await publishSequence(ctx, id);
    return id;
  });

const later = ({ clock }: System, seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
