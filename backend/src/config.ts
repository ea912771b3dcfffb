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

/** What makes sense only together; one alone is a slip of the pen. */
const pairs = [
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
  for (const pair of pairs) {
    const missing = pair.filter((name) => !(name in given));
    if (missing.length === 1) problems.push(`  ${missing[0]}: is missing`);
  }
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
