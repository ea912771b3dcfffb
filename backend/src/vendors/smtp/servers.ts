import { z } from 'zod';

const serverShape = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  /** `none` is for servers of this machine only. */
  security: z.enum(['tls', 'starttls', 'none']),
});

/** One server: SMTP or IMAP. */
export type Server = z.infer<typeof serverShape>;

const secretShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('password'), password: z.string() }),
  z.object({ kind: z.literal('token'), accessToken: z.string() }),
]);

/**
 * All that is needed to use a mailbox. It is kept sealed in the place of an access token, because the password is one.
 * `filesSent`: the server itself files what it accepts in Sent, as the test mail showed; then nobody else may.
 */
const mailServersShape = z.object({
  smtp: serverShape,
  imap: serverShape,
  user: z.string().min(1),
  secret: secretShape,
  displayName: z.string().nullable(),
  filesSent: z.boolean(),
});

export type MailServers = z.infer<typeof mailServersShape>;

export const writeServers = (servers: MailServers): string => JSON.stringify(servers);
export const readServers = (token: string): MailServers => mailServersShape.parse(JSON.parse(token));
