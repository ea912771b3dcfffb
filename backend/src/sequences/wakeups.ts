import { z } from 'zod';
import { mayContact } from '../compliance/index.ts';
import { findByAddresses, getContact } from '../contacts/index.ts';
import { on, type Reaction } from '../core/events.ts';
import { type AnyJob, defineJob, enqueue } from '../core/jobs.ts';
import type { Wakeup } from '../core/wakeups.ts';
import { connectionsOf } from '../tenants/index.ts';
import { onAutoReply } from './absence.ts';
import { onEmailCancelled, onEmailFailed, onEmailSent } from './advance.ts';
import { onBounce } from './bounce.ts';
import { mergeEnrollments } from './merge.ts';
import { resumeLapsed } from './resume.ts';
import { runDueSteps } from './run-step.ts';
import { stopEverything, stopPerson } from './stop.ts';

const stopAllJob = defineJob({
  name: 'sequences.stop-all',
  payload: z.object({ startedUntil: z.iso.datetime() }),
  retryLimit: 8,
  retryDelaySeconds: 5,
  timeoutSeconds: 600,
  run: (ctx, { startedUntil }) => stopEverything(ctx, new Date(startedUntil), 'crm_uninstalled'),
});

export const jobs: AnyJob[] = [stopAllJob];

export const reactions: Reaction[] = [
  on('email.sent', 'sequences.advance', (ctx, { data }) => onEmailSent(ctx, data)),
  on('email.failed', 'sequences.rest-after-failure', (ctx, { data }) => onEmailFailed(ctx, data)),
  on('email.cancelled', 'sequences.recover', (ctx, { data }) => onEmailCancelled(ctx, data)),
  on('email.replied', 'sequences.stop-on-reply', async (ctx, { data }) => {
    const inputs = { inboundId: data.inboundId, repliedAt: data.repliedAt };
    await stopPerson(ctx, data, 'replied', inputs);
    // Whom the CRMs show twice is one person in front of one inbox.
    const { id, addresses } = await getContact(ctx, data.contactId);
    for (const like of await findByAddresses(ctx, addresses))
      if (like.id !== id) await stopPerson(ctx, { contactId: like.id }, 'replied', inputs);
  }),
  on('email.auto_replied', 'sequences.rest-while-away', (ctx, { data }) => onAutoReply(ctx, data)),
  on('email.bounced', 'sequences.stop-on-bounce', (ctx, { data }) => onBounce(ctx, data)),
  on('contact.opted_out', 'sequences.stop-on-opt-out', async (ctx, { data }) => {
    // The same fact tells of a colleague's do-not-contact list; the card must not say that the person unsubscribed.
    const contact = await getContact(ctx, data.contactId);
    const [refusal] = await mayContact(ctx, [{ contactId: contact.id, address: contact.addresses[0] ?? '' }]);
    const reason = refusal?.code === 'SUPPRESSED' ? 'suppressed' : 'opted_out';
    await stopPerson(ctx, data, reason, { source: data.source });
  }),
  on('contact.deleted', 'sequences.stop-on-delete', async (ctx, { data }) => {
    await stopPerson(ctx, data, 'deleted', { record: data.reason });
  }),
  on('contact.merged', 'sequences.merge', (ctx, { data }) => mergeEnrollments(ctx, data)),
  on('crm.disconnected', 'sequences.stop-on-uninstall', async (ctx, { data, at }) => {
    if (data.reason !== 'uninstalled') return;
    const others = (await connectionsOf(ctx)).filter(
      ({ crm, accountId, status }) => status !== 'uninstalled' && (crm !== data.crm || accountId !== data.accountId),
    );
    if (others.length === 0) await enqueue(ctx, stopAllJob, { payload: { startedUntil: at.toISOString() } });
  }),
];

export const wakeups: Wakeup[] = [
  { name: 'sequences.run-steps', everySeconds: 1, run: runDueSteps },
  { name: 'sequences.resume', everySeconds: 30, run: resumeLapsed },
];
