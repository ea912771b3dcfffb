import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';

/** An address of ours or of a vendor, without a trailing slash. */
const origin = z
  .url({ protocol: /^https?$/, message: 'must be an address like https://salesos.example.com' })
  .transform((url) => url.replace(/\/+$/, ''));
const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
};
const oneOf = <const T extends string>(...words: T[]) => z.enum(words, `must be one of: ${words.join(', ')}`);
/** `id:base64` of 32 bytes, several with commas; the first one seals. */
const secretKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.trim().split(':');
    const key = Buffer.from(encoded, 'base64');
    if (!/^[a-z0-9-]{1,20}$/.test(id) || key.length !== 32) {
      context.addIssue({
        code: 'custom',
        message: 'must be like `k1:` followed by 32 bytes in base64 (make one with: openssl rand -base64 32)',
      });
    }
    return { id, key };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    context.addIssue({ code: 'custom', message: 'must not name two keys alike' });
  return keys;
});

/** A private key; in one line, line breaks are written as \\n. */
const privateKey = z.string().transform((text, context) => {
  const pem = text.replaceAll('\\n', '\n');
  try {
    createPrivateKey(pem);
  } catch {
    context.addIssue({
      code: 'custom',
      message: 'must be a private key in PEM form; line breaks may be written as \\n',
    });
  }
  return pem;
});

const always = z.object({
  /** `api` answers requests, `worker` sends and syncs, `all` does both in one process. */
  ROLE: oneOf('all', 'api', 'worker').default('all'),
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent').default('info'),
  /** PostgreSQL. Without it the embedded database in DATA_FOLDER is used. */
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, message: 'must be like postgres://user:password@server:5432/database' })
    .optional(),
  DATA_FOLDER: z.string().default('.data'),
  /** How many proxies in front of us may be believed about the visitor's address. */
  TRUSTED_PROXIES: wholeNumber(0, 5).default(0),
});

const live = always.extend({
  PUBLIC_URL: origin,
  SECRET_KEYS: secretKeys,
  FINGERPRINT_KEY: z.string().min(32, 'must have at least 32 characters and never change'),
  /** A CRM is offered when its keys are given; at least one is needed. */
  HUBSPOT_CLIENT_ID: z.string().optional(),
  HUBSPOT_CLIENT_SECRET: z.string().optional(),
  HUBSPOT_APP_ID: z.string().regex(/^\d+$/, 'must be the number of the app').optional(),
  HUBSPOT_API_URL: origin.default('https://api.hubapi.com'),
  HUBSPOT_APP_URL: origin.default('https://app.hubspot.com'),
  SALESFORCE_CLIENT_ID: z.string().optional(),
  SALESFORCE_CLIENT_SECRET: z.string().optional(),
  /** Where people sign in who name no other host. */
  SALESFORCE_LOGIN_URL: origin.default('https://login.salesforce.com'),
  /** The prefix of our package's fields; `none` where its source was deployed without a namespace. */
  SALESFORCE_PACKAGE_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,14}$/, 'must be like salesos, or `none`')
    .default('salesos'),
  /** For orgs whose admin approved the app beforehand: then no refresh token is kept. */
  SALESFORCE_JWT_KEY: privateKey.optional(),
  PIPEDRIVE_CLIENT_ID: z.string().optional(),
  PIPEDRIVE_CLIENT_SECRET: z.string().optional(),
  PIPEDRIVE_OAUTH_URL: origin.default('https://oauth.pipedrive.com'),
  /** The id of the modal “Enroll” in the app's entry of the Developer Hub. Without it the panel enrolls by itself. */
  PIPEDRIVE_ENROLL_MODAL_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_ID: z.string().min(1),
  GOOGLE_CLIENT_SECRET: z.string().min(1),
  /** Topic that Gmail publishes to, as in projects/my-project/topics/gmail. Without it inboxes are polled. */
  GOOGLE_PUBSUB_TOPIC: z
    .string()
    .regex(/^projects\/[^/]+\/topics\/[^/]+$/, 'must be like projects/my-project/topics/gmail')
    .optional(),
  GOOGLE_PUSH_AUDIENCE: z.string().optional(),
  GOOGLE_PUSH_SERVICE_ACCOUNT: z.email('must be the address of the service account').optional(),
  /** Outlook mailboxes are offered when both are given. */
  MICROSOFT_CLIENT_ID: z.string().optional(),
  MICROSOFT_CLIENT_SECRET: z.string().optional(),
  /** `common`, `organizations`, or the id of the one directory whose people may connect. */
  MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, 'must be `common`, `organizations` or the id of a directory')
    .default('common'),
});

export type Config = { mode: 'sandbox' } & z.infer<typeof always>;
export type LiveConfig = { mode: 'live' } & z.infer<typeof live>;

/** Variables that only make sense with own credentials: one of them set means that no sandbox is wanted. */
const liveOnly = Object.keys(live.shape).filter((name) => !(name in always.shape));

const crms = [
  ['HUBSPOT_CLIENT_ID', 'HUBSPOT_CLIENT_SECRET', 'HUBSPOT_APP_ID'],
  ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET'],
  ['PIPEDRIVE_CLIENT_ID', 'PIPEDRIVE_CLIENT_SECRET'],
] as const;

/** What makes sense only together; one alone is a slip of the pen. */
const together = [
  ...crms,
  ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'],
  ['GOOGLE_PUSH_AUDIENCE', 'GOOGLE_PUSH_SERVICE_ACCOUNT'],
] as const;

export class WrongConfiguration extends Error {
  override name = 'WrongConfiguration';
}

/** Reads the environment, once. Throws one message that names every wrong or missing variable and how to mend it. */
export function readConfig(environment: Record<string, string | undefined>): Config | LiveConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const wantsLive = liveOnly.some((name) => name in given);
  const parsed = wantsLive ? live.safeParse(given) : always.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name}: ${name in given ? issue.message : 'is missing'}`;
  });
  for (const group of together) {
    const missing = group.filter((name) => !(name in given));
    if (missing.length < group.length) problems.push(...missing.map((name) => `  ${name}: is missing`));
  }
  if (wantsLive && !crms.some((names) => names.some((name) => name in given)))
    problems.push(`  ${crms[0][0]}: is missing; one CRM is needed: ${crms.map(([name]) => name).join(', ')}`);
  if ((given.ROLE === 'api' || given.ROLE === 'worker') && !given.DATABASE_URL)
    problems.push(
      '  ROLE: the embedded database serves one process only; set DATABASE_URL to run api and worker apart, or leave ROLE out',
    );
  if (parsed.success && problems.length === 0)
    return wantsLive ? { mode: 'live', ...(parsed.data as z.infer<typeof live>) } : { mode: 'sandbox', ...parsed.data };
  const hint = wantsLive ? '\nWithout any credentials SalesOS starts as a sandbox that needs no configuration.' : '';
  throw new WrongConfiguration(
    `SalesOS cannot start. These settings must be mended:\n${[...new Set(problems)].join('\n')}${hint}`,
  );
}
