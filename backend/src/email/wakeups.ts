import { on, type Reaction } from '../core/events.ts';
import { type AnyJob, enqueue } from '../core/jobs.ts';
import type { Wakeup } from '../core/wakeups.ts';
import { createDelivery } from './delivery/deliver.ts';
import { readBackJob } from './delivery/read-back.ts';
import { settleLapsed } from './delivery/settle.ts';
import { checkDomains, watchMailboxDomain } from './domains/sending-domains.ts';
import { checkTrackingHosts } from './domains/tracking-host.ts';
import { loseMailbox } from './mailboxes/mailboxes.ts';
import { restMailboxes } from './mailboxes/member-left.ts';
import { watchBounce, watchBounceRates, watchComplaint, watchFailure } from './mailboxes/watch-health.ts';
import { eraseMail, moveMail } from './reading/inbound-queries.ts';
import { renewWatches, syncDue, syncWakeup } from './reading/sync-mailbox.ts';
import { gradeDue } from './tracking/grade-message.ts';

export const jobs: AnyJob[] = [readBackJob];

export const reactions: Reaction[] = [
  on('email.sent', 'email.read-back', (ctx, fact) =>
    enqueue(ctx, readBackJob, { payload: { messageId: fact.data.messageId } }),
  ),
  on('grant.lost', 'email.lose-mailbox', (ctx, fact) => loseMailbox(ctx, fact.data.grantId, fact.data.reason)),
  on('member.left', 'email.rest-mailboxes', (ctx, fact) => restMailboxes(ctx, fact.data)),
  on('email.bounced', 'email.watch-bounces', (ctx, fact) => watchBounce(ctx, fact.data)),
  on('email.failed', 'email.watch-refusals', (ctx, fact) => watchFailure(ctx, fact.data)),
  on('email.complained', 'email.watch-complaints', (ctx, fact) => watchComplaint(ctx, fact.data)),
  on('mailbox.connected', 'email.watch-domain', (ctx, fact) => watchMailboxDomain(ctx, fact.data.mailboxId)),
  on('contact.merged', 'email.move-mail', (ctx, fact) => moveMail(ctx, fact.data.mergedContactId, fact.data.contactId)),
  on('contact.deleted', 'email.erase-mail', async (ctx, fact) => {
    if (fact.data.reason === 'erased') await eraseMail(ctx, fact.data.contactId);
  }),
];

export const wakeups: Wakeup[] = [
  { name: 'email.deliver', everySeconds: 1, run: createDelivery().run },
  { name: 'email.settle', everySeconds: 10, run: settleLapsed },
  { name: syncWakeup, everySeconds: 1, run: syncDue },
  { name: 'email.watch', everySeconds: 600, run: renewWatches },
  { name: 'email.health', everySeconds: 600, run: watchBounceRates },
  { name: 'email.check-domains', everySeconds: 60, run: checkDomains },
  { name: 'email.check-tracking-hosts', everySeconds: 60, run: checkTrackingHosts },
  { name: 'email.grade', everySeconds: 2, run: gradeDue },
];
