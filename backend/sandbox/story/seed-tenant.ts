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
import { company, mailPassword, otherMailboxes, portal, rep } from './cast.ts';
import { installByConsent } from './install-crm.ts';
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
  await addOtherCrms(on, ctx);
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

/** Adds the account's Salesforce org and Pipedrive company to its tenant; what is connected there already stays. */
export async function addOtherCrms(on: OnFakes, { tenantId }: Ctx): Promise<void> {
  const others: { crm: 'salesforce' | 'pipedrive'; accountId: string; answers?: Record<string, string> }[] = [
    { crm: 'salesforce', accountId: on.salesforce.org.id, answers: { address: rep.email } },
    { crm: 'pipedrive', accountId: String(company.id) },
  ];
  for (const { crm, accountId, answers } of others) {
    const known = on.memory && (await findConnection(on.app.system, crm, accountId));
    // The fakes listen on other ports in each run, and an account's address is kept with its connection.
    const isThere = known?.status === 'connected' && known.apiUrl === on.crmUrls[crm];
    if (!isThere) await installByConsent(on, crm, tenantId, answers);
  }
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
