/**
 * The token with which Pipedrive opens our pages. It vouches for the user and the company, never for the record; it lives
 * five minutes. https://pipedrive.readme.io/docs/custom-ui-extensions-app-settings
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const header = z.object({ alg: z.literal('HS256') });
const claims = z.object({
  userId: z.number().int(),
  companyId: z.number().int(),
  exp: z.number(),
  iat: z.number().optional(),
});
/** Clocks differ a little. */
const toleranceSeconds = 30;
const longestLifeSeconds = 600;

/** Whom the token speaks for; null for one that is not Pipedrive's, is altered, or is too old. */
export function readSignedToken(
  token: string,
  secret: string,
  now: Date,
): { companyId: string; userId: string } | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  const [head, body, mac] = parts as [string, string, string];
  const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  if (!header.safeParse(decode(head)).success) return null;
  const parsed = claims.safeParse(decode(body));
  if (!parsed.success) return null;
  const { userId, companyId, exp } = parsed.data;
  const secondsLeft = exp - now.getTime() / 1000;
  if (secondsLeft <= -toleranceSeconds || secondsLeft > longestLifeSeconds) return null;
  return { companyId: String(companyId), userId: String(userId) };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
