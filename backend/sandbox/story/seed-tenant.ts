/** What an admin does first: installs SalesOS in the CRMs, connects the mailboxes, writes the sequence. */
import { type Ctx, type System, tenantContext } from '../../src/core/ctx.ts';
import { connectMailbox, listMailboxes, type Mailbox } from '../../src/email/index.ts';
import { listSequences } from '../../src/sequences/index.ts';
import {
  findConnection,
  type Grant,
  installCrm,
  memberFromIdentity,
  storeGrant,
  syncOwners,
  updateTenant,
} from '../../src/tenants/index.ts';
import { writeServers } from '../../src/vendors/smtp/servers.ts';
import type { OnFakes } from '../on-fakes.ts';
import { company, mailPassword, org, otherMailboxes, portal, rep } from './cast.ts';
import { writeSequence } from './sequence.ts';

const googleScopes = [
  'https://www.googleapis.com/auth/gmail.send',
  'https://www.googleapis.com/auth/gmail.readonly',
  'openid',
  'email',
];
const microsoftScopes = ['offline_access', 'User.Read', 'Mail.ReadWrite', 'Mail.Send'];
export type Account = Pick<typeof portal, 'id' | 'name' | 'timeZone'>;
export type Colleague = typeof rep;

/** Installs the app, connects the mailboxes and writes the sequence, as an admin would; what is there already stays. */
export async function seedTenant(on: OnFakes): Promise<void> {
  const { ctx, memberId } = await installApp(on, portal, rep);
  await addSalesforce(on, ctx);
  await addPipedrive(on, ctx);
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

/** Adds the account's other CRMs to its tenant, as their consent pages would; what is connected already stays. */
export async function addSalesforce(on: OnFakes, ctx: Ctx): Promise<void> {
  const { salesforce, apiUrls } = on;
  if (await isConnected(on, 'salesforce', salesforce.org.id)) return;
  const granted = salesforce.org.connect(apiUrls.salesforce);
  const [user] = salesforce.org.users();
  await add(on, ctx, 'salesforce', {
    tokens: {
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token ?? '',
      // As the vendor's code assumes: Salesforce does not say when a session ends.
      expiresAt: later(ctx, 3600),
      scopes: granted.scope.split(' '),
      apiUrl: granted.instance_url,
    },
    accountId: salesforce.org.id,
    accountName: org.name,
    user: user ? { id: user.id, email: user.email, name: `${user.firstName} ${user.lastName}`, isAdmin: true } : null,
  });
}

export async function addPipedrive(on: OnFakes, ctx: Ctx): Promise<void> {
  if (await isConnected(on, 'pipedrive', String(company.id))) return;
  const controls = on.pipedrive.company(company.id);
  const granted = controls.install();
  const [user] = controls.users;
  await add(on, ctx, 'pipedrive', {
    tokens: {
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
      expiresAt: later(ctx, granted.expires_in),
      scopes: granted.scope.split(' '),
      apiUrl: granted.api_domain,
    },
    accountId: String(company.id),
    accountName: company.name,
    user: user ? { ...user, id: String(user.id) } : null,
  });
}

async function isConnected({ app, memory }: OnFakes, crm: string, accountId: string): Promise<boolean> {
  return memory !== null && (await findConnection(app.system, crm, accountId))?.status === 'connected';
}

async function add({ app, keep }: OnFakes, { tenantId }: Ctx, crm: string, grant: Grant): Promise<void> {
  await keep();
  await installCrm(app.system, { crm, grant, tenantId });
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

const later = ({ clock }: System, seconds: number) => new Date(clock.now().getTime() + seconds * 1000);
