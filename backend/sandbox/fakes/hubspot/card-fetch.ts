/** `hubspot.fetch` as the card uses it: HubSpot adds who is asking, signs, and repeats once after a failure. */
import { signatureHeaders } from './signing.ts';
import { portalOf, type World } from './world.ts';

export interface CardRequest {
  method?: string;
  /** An object, sent as JSON. */
  body?: unknown;
  timeoutMilliseconds?: number;
}

const defaultTimeoutMilliseconds = 15_000;
const largestBytes = 1024 * 1024;

export async function signedFetch(
  world: World,
  who: { portalId: number; userId: number },
  address: string,
  { method = 'GET', body, timeoutMilliseconds = defaultTimeoutMilliseconds }: CardRequest,
): Promise<Response> {
  const user = portalOf(world, who.portalId).users.find((one) => one.userId === who.userId);
  if (!user) throw new Error(`portal ${who.portalId} has no user ${who.userId}`);
  const url = new URL(address);
  if (url.protocol !== 'https:') throw new Error('hubspot.fetch takes https addresses only');
  url.searchParams.set('userId', String(user.userId));
  url.searchParams.set('portalId', String(who.portalId));
  url.searchParams.set('userEmail', user.email);
  url.searchParams.set('appId', String(world.options.appId));
  const text = body === undefined ? '' : JSON.stringify(body);
  if (Buffer.byteLength(text) > largestBytes) throw new Error('the request is larger than 1 MB');

  const send = () => {
    const request = { method, url: url.href, body: text, now: world.options.clock.now() };
    return fetch(world.options.reach?.(url.href) ?? url.href, {
      method,
      headers: {
        ...(text ? { 'Content-Type': 'application/json' } : {}),
        ...signatureHeaders(world.options.clientSecret, request, 'v2'),
      },
      ...(text ? { body: text } : {}),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
  };
  const first = await send().catch(() => null);
  return first !== null && first.status < 500 ? first : send();
}
