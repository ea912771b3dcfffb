import { z } from 'zod';

/** An address of ours or of a vendor, without a trailing slash. */
const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** `id:base64` of 32 bytes, several with commas; the first one seals. */
const secretKeys = z.string().transform((text, context) =>
  text.split(',').map((part) => {
    const [id = '', encoded = ''] = part.split(':');
    const key = Buffer.from(encoded, 'base64');
    if (!/^[a-z0-9-]{1,20}$/.test(id) || key.length !== 32) {
      context.addIssue({
        code: 'custom',
        message: 'must be like `k1:` followed by 32 bytes in base64 (make one with: openssl rand -base64 32)',
      });
    }
    return { id, key };
  }),
);

const always = z.object({
  /** `api` answers requests, `worker` sends and syncs, `all` does both in one process. */
  ROLE: z.enum(['all', 'api', 'worker']).default('all'),
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** PostgreSQL. Without it the embedded database in DATA_FOLDER is used. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATA_FOLDER: z.string().default('.data'),
  /** How many proxies in front of us may be believed about the visitor's address. */
  TRUSTED_PROXIES: wholeNumber(0, 5).default(0),
});

const live = always.extend({
  PUBLIC_URL: origin,
  SECRET_KEYS: secretKeys,
  FINGERPRINT_KEY: z.string().min(32, 'must have at least 32 characters and never change'),
  HUBSPOT_CLIENT_ID: z.string().min(1),
  HUBSPOT_CLIENT_SECRET: z.string().min(1),
  HUBSPOT_APP_ID: z.string().regex(/^\d+$/, 'must be the number of the app'),
  HUBSPOT_API_URL: origin.default('https://api.hubapi.com'),
  HUBSPOT_APP_URL: origin.default('https://app.hubspot.com'),
  GOOGLE_CLIENT_ID: z.string().min(1),
  GOOGLE_CLIENT_SECRET: z.string().min(1),
  /** Topic that Gmail publishes to, as in projects/my-project/topics/gmail. Without it inboxes are polled. */
  GOOGLE_PUBSUB_TOPIC: z
    .string()
    .regex(/^projects\/[^/]+\/topics\/[^/]+$/)
    .optional(),
  GOOGLE_PUSH_AUDIENCE: z.string().optional(),
  GOOGLE_PUSH_SERVICE_ACCOUNT: z.email().optional(),
  /** Outlook mailboxes are offered when both are given. */
  MICROSOFT_CLIENT_ID: z.string().optional(),
  MICROSOFT_CLIENT_SECRET: z.string().optional(),
  /** `common`, `organizations`, or the id of the one directory whose people may connect. */
  MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/)
    .default('common'),
});

/** An app at Microsoft has both; one alone is a slip of the pen. */
const liveSettings = live.superRefine((given, context) => {
  const missing = given.MICROSOFT_CLIENT_ID ? 'MICROSOFT_CLIENT_SECRET' : 'MICROSOFT_CLIENT_ID';
  if (Boolean(given.MICROSOFT_CLIENT_ID) !== Boolean(given.MICROSOFT_CLIENT_SECRET))
    context.addIssue({ code: 'custom', path: [missing], message: 'is missing' });
});

export type Config = { mode: 'sandbox' } & z.infer<typeof always>;
export type LiveConfig = { mode: 'live' } & z.infer<typeof live>;

/** Names of variables that only make sense with own credentials: one of them set means that no sandbox is wanted. */
const liveOnly = [
  'PUBLIC_URL',
  'SECRET_KEYS',
  'FINGERPRINT_KEY',
  'HUBSPOT_CLIENT_ID',
  'HUBSPOT_CLIENT_SECRET',
  'GOOGLE_CLIENT_ID',
  'GOOGLE_CLIENT_SECRET',
  'MICROSOFT_CLIENT_ID',
  'MICROSOFT_CLIENT_SECRET',
];

export class WrongConfiguration extends Error {
  override name = 'WrongConfiguration';
}

/** Reads the environment, once. Throws one message that names every wrong or missing variable and how to mend it. */
export function readConfig(environment: Record<string, string | undefined>): Config | LiveConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const wantsLive = liveOnly.some((name) => name in given);
  const parsed = wantsLive ? liveSettings.safeParse(given) : always.safeParse(given);
  if (parsed.success)
    return wantsLive ? { mode: 'live', ...(parsed.data as z.infer<typeof live>) } : { mode: 'sandbox', ...parsed.data };
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `  ${name}: ${name in given ? issue.message : 'is missing'}`;
  });
  const hint = wantsLive ? '\nWithout any credentials SalesOS starts as a sandbox that needs no configuration.' : '';
  throw new WrongConfiguration(
    `SalesOS cannot start. These settings must be mended:\n${[...new Set(problems)].join('\n')}${hint}`,
  );
}
