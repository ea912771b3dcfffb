/** Connecting a mailbox of any provider: a form with its servers, a test send and a test read, and what to do when they fail. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { tenantContext } from '../core/ctx.ts';
import { connectMailbox } from '../email/index.ts';
import { type Grant, getMember, getTenant } from '../tenants/index.ts';
import { emptyForm, type ShownForm, showForm } from './connect-form-page.ts';
import { type ConnectLink, openConnectLink, sealConnectLink } from './connect-link.ts';
import { showPage } from './page.ts';
import { asDomainError } from './problem.ts';
import type { ApiContext, ApiEnv } from './request.ts';

const vendor = 'smtp';
const server = { host: z.string().trim().min(1).max(253), port: z.coerce.number().int().min(1).max(65_535) };
const security = z.enum(['tls', 'starttls', 'none']);
const text = z.string().trim().max(2000).default('');

const formShape = z.object({
  address: z.email().max(254),
  displayName: text,
  user: text,
  password: z.string().max(2000).default(''),
  imapHost: server.host,
  imapPort: server.port,
  imapSecurity: security,
  smtpHost: server.host,
  smtpPort: server.port,
  smtpSecurity: security,
  tokenUrl: text,
  clientId: text,
  clientSecret: text,
  refreshToken: text,
});

type Given = z.infer<typeof formShape>;
type Server = { host: string; port: number; security: Given['imapSecurity'] };
type Login =
  | { kind: 'password'; password: string }
  | { kind: 'token'; tokenUrl: string; clientId: string; clientSecret: string; refreshToken: string };

/** Filled by the vendor: tries the servers, and gives a grant or a sentence that says what is wrong. */
export type TryServers = (form: {
  address: string;
  displayName: string | null;
  user: string;
  imap: Server;
  smtp: Server;
  login: Login;
}) => Promise<{ grant: Grant } | { problem: string }>;

export function connectFormRoutes(tryServers: TryServers): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/connect/smtp', async (c) => {
    const who = openConnectLink(c.get('system'), vendor, c.req.query('link') ?? '');
    if (!who) return tooOld(c);
    const member = await getMember(tenantContext(c.get('system'), who.tenantId), who.memberId);
    return answer(c, who, { ...emptyForm, address: member.email ?? '', displayName: member.name ?? '' }, null);
  });
  app.post('/connect/smtp', async (c) => {
    const fields = Object.fromEntries(
      Object.entries(await c.req.parseBody()).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
    );
    const who = openConnectLink(c.get('system'), vendor, fields.link ?? '');
    if (!who) return tooOld(c);
    // The password is never written into a page again.
    const shown: ShownForm = { ...emptyForm, ...fields };
    const parsed = formShape.safeParse(fields);
    if (!parsed.success) return answer(c, who, shown, wrongField(String(parsed.error.issues[0]?.path[0])));
    const login = loginOf(parsed.data);
    if (!login) return answer(c, who, shown, 'Enter the password of the mailbox.');
    try {
      return await connect(c, who, shown, { given: parsed.data, login }, tryServers);
    } catch (thrown) {
      const problem = asDomainError(thrown);
      c.get('system').log[problem.status >= 500 ? 'error' : 'info']({ error: thrown, vendor }, 'connect failed');
      return answer(c, who, shown, problem.message);
    }
  });
  return app;
}

async function connect(
  c: ApiContext,
  who: ConnectLink,
  shown: ShownForm,
  { given, login }: { given: Given; login: Login },
  tryServers: TryServers,
) {
  const tried = await tryServers({
    address: given.address.toLowerCase(),
    displayName: given.displayName || null,
    user: given.user || given.address,
    imap: { host: given.imapHost, port: given.imapPort, security: given.imapSecurity },
    smtp: { host: given.smtpHost, port: given.smtpPort, security: given.smtpSecurity },
    login,
  });
  if ('problem' in tried) return answer(c, who, shown, tried.problem);
  const system = c.get('system');
  const member = await getMember(tenantContext(system, who.tenantId), who.memberId);
  const ctx = tenantContext(system, who.tenantId, { kind: 'member', id: member.id, name: member.name });
  const mailbox = await connectMailbox(ctx, vendor, tried.grant, member.id);
  return showPage(c, {
    title: 'The mailbox is connected',
    content: html`<p><strong>${mailbox.address}</strong> can send now: a test mail went out and was read. Close this page and press Refresh in the SalesOS settings.</p>`,
  });
}

function loginOf({ password, tokenUrl, clientId, clientSecret, refreshToken }: Given): Login | null {
  if (password) return { kind: 'password', password };
  const isToken = z.url({ protocol: /^https?$/ }).safeParse(tokenUrl).success && clientId && refreshToken;
  return isToken ? { kind: 'token', tokenUrl, clientId, clientSecret, refreshToken } : null;
}

const wrong: Record<string, string> = {
  address: 'Enter the full mail address, as in maya@northwind.example.',
  imapHost: 'Enter the name of the incoming server.',
  imapPort: 'The port of the incoming server is a number from 1 to 65535, mostly 993.',
  smtpHost: 'Enter the name of the outgoing server.',
  smtpPort: 'The port of the outgoing server is a number from 1 to 65535, mostly 465 or 587.',
};
const wrongField = (name: string): string =>
  wrong[name] ?? 'Check what you entered: one of the fields is too long or empty.';

/** With a fresh link: finding the right settings may take longer than one link lasts. */
async function answer(c: ApiContext, who: ConnectLink, shown: ShownForm, problem: string | null) {
  const system = c.get('system');
  const { name: accountName } = await getTenant(tenantContext(system, who.tenantId));
  const link = sealConnectLink(system, vendor, who);
  return showForm(c, { shown, problem, link, accountName, isSandbox: system.settings.sandbox });
}

const tooOld = (c: ApiContext) =>
  showPage(c, {
    title: 'This link is too old',
    content: html`<p>Go back to the SalesOS settings and press “Connect a mailbox” again.</p>`,
    status: 400,
  });
