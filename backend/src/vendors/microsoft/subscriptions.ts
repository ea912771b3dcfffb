import { createHmac } from 'node:crypto';
import type { Subscription } from '@microsoft/microsoft-graph-types';
import type { MailboxAccount } from '../../email/mailbox.ts';
import type { MicrosoftConfig } from './config.ts';
import { asError, type Graph, jsonOf } from './graph-call.ts';

/** Ten minutes under the longest time Graph allows (10,080), so that a clock of ours that runs ahead is not refused. */
export const watchMinutes = 10_070;
/** What arrives; our own sends need no notice, and junk is read by the sweep. */
const watchedResource = "me/mailFolders('inbox')/messages";

/** The address at which notices of a mailbox arrive. It names the mailbox; `clientState` proves that we gave it out. */
export const noticesUrlOf = (noticesUrl: string, address: string): string =>
  `${noticesUrl}?mailbox=${Buffer.from(address.toLowerCase()).toString('base64url')}`;

export const clientStateOf = (noticeKey: Buffer, address: string): string =>
  createHmac('sha256', noticeKey).update(`graph-notice\0${address.toLowerCase()}`).digest('base64url');

/** Renews the mailbox's subscription, or makes it when Graph has none. Null where Graph cannot reach us. */
export async function watch(
  graph: Graph,
  config: MicrosoftConfig,
  account: MailboxAccount,
): Promise<{ expiresAt: Date } | null> {
  if (config.noticesUrl === null) return null;
  const notificationUrl = noticesUrlOf(config.noticesUrl, account.address);
  const until = new Date(config.clock.now().getTime() + watchMinutes * 60_000).toISOString();
  const known = await findSubscription(graph, account, notificationUrl);
  if (known) {
    const renewed = await graph.call(account, {
      method: 'PATCH',
      path: `subscriptions/${encodeURIComponent(known)}`,
      body: { type: 'application/json', text: JSON.stringify({ expirationDateTime: until }) },
    });
    if (renewed.ok) return expiryOf(jsonOf(renewed.answer), until);
    // It ended in the meantime: a new one is made.
    if (renewed.refusal.kind !== 'not_found') throw asError(renewed.refusal);
  }
  const made = await graph.read<Subscription>(account, {
    method: 'POST',
    path: 'subscriptions',
    body: {
      type: 'application/json',
      text: JSON.stringify({
        changeType: 'created',
        notificationUrl,
        // It cannot be added later.
        lifecycleNotificationUrl: notificationUrl,
        resource: watchedResource,
        expirationDateTime: until,
        clientState: clientStateOf(config.noticeKey, account.address),
      }),
    },
  });
  return expiryOf(made, until);
}

/** The list is of this app and person alone. */
async function findSubscription(
  graph: Graph,
  account: MailboxAccount,
  notificationUrl: string,
): Promise<string | null> {
  let next: string | undefined = 'subscriptions';
  while (next) {
    const page: { value?: Subscription[]; '@odata.nextLink'?: string } = await graph.read(account, {
      method: 'GET',
      path: next,
    });
    const ours = page.value?.find(
      (one) => one.notificationUrl === notificationUrl && one.resource?.replace(/^\//, '') === watchedResource,
    );
    if (ours?.id) return ours.id;
    next = page['@odata.nextLink'] && graph.pathOf(page['@odata.nextLink']);
  }
  return null;
}

function expiryOf({ expirationDateTime }: Subscription, asked: string): { expiresAt: Date } {
  const expiresAt = new Date(expirationDateTime ?? asked);
  return { expiresAt: Number.isNaN(expiresAt.getTime()) ? new Date(asked) : expiresAt };
}
