import { z } from 'zod';
import { InvalidInput, Unauthenticated } from '../../core/errors.ts';
import { sameText } from '../../core/secrets.ts';
import type { MicrosoftConfig } from './config.ts';
import { clientStateOf } from './subscriptions.ts';

/**
 * What a call of Graph to our notices address asks for:
 * - echo: the handshake of a new subscription; the text goes back as 200 text/plain within ten seconds
 * - notices: one mailbox changed; answered with 202 within three seconds. `renew` means that its subscription ended or is
 *   about to, so it must be watched again, besides being read
 */
export type MicrosoftNotice = { kind: 'echo'; text: string } | { kind: 'notices'; address: string; renew: boolean };

export type VerifyNotice = (query: { validationToken?: string; mailbox?: string }, body: string) => MicrosoftNotice;

/** Graph's tokens have about a hundred characters. */
const longestToken = 2048;

const noticesShape = z.object({
  value: z
    .array(
      z.object({
        subscriptionId: z.string(),
        clientState: z.string(),
        lifecycleEvent: z.string().optional(),
      }),
    )
    .min(1),
});

/** Lifecycle events after which nothing more would come; `missed` only asks for reading. */
const endings = new Set(['reauthorizationRequired', 'subscriptionRemoved']);

/**
 * Accepts notices only with the secret of that mailbox's subscription, each of them. Throws `Unauthenticated`, or
 * `InvalidInput` for a body that is not Graph's.
 */
export function createVerifyNotice(config: MicrosoftConfig): VerifyNotice {
  return ({ validationToken, mailbox }, body) => {
    if (validationToken !== undefined) {
      // The framework has decoded it. It is echoed as plain text, never as a page.
      if (validationToken === '' || validationToken.length > longestToken) throw invalid('validation token');
      return { kind: 'echo', text: validationToken };
    }
    const address = Buffer.from(mailbox ?? '', 'base64url').toString('utf8');
    const { value } = readNotices(body);
    const expected = clientStateOf(config.noticeKey, address);
    if (address === '' || !value.every(({ clientState }) => sameText(clientState, expected))) {
      throw new Unauthenticated('This notice is not from Microsoft.', { code: 'push_refused', detail: 'clientState' });
    }
    return { kind: 'notices', address, renew: value.some(({ lifecycleEvent }) => endings.has(lifecycleEvent ?? '')) };
  };
}

function readNotices(body: string): z.infer<typeof noticesShape> {
  try {
    return noticesShape.parse(JSON.parse(body));
  } catch (error) {
    throw invalid(error);
  }
}

const invalid = (detail: unknown) =>
  new InvalidInput('This is no notice from Microsoft.', { code: 'invalid_push', detail });
