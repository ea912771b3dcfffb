import type { EventData } from '@salesos/shared/events.ts';
import { getContact } from '../contacts/index.ts';
import type { Ctx } from '../core/ctx.ts';
import { emit, type Fact } from '../core/events.ts';
import { getMessage } from '../email/index.ts';
import { type Engagement, eraseEngagement, insertEngagement, moveEngagement } from './queries.ts';

type Seen = Pick<Engagement, 'kind' | 'evidence'> & { at: string };

/** Records an open, a click or a reply, once per fact. */
export async function recordEngagement(
  ctx: Ctx,
  fact: Fact<'email.opened' | 'email.clicked' | 'email.replied'>,
  { kind, evidence, at }: Seen,
): Promise<void> {
  const { contactId, messageId } = fact.data;
  // Who they are now: the fact may be from before two records were merged.
  const person = await getContact(ctx, contactId);
  if (person.status === 'erased') return;
  const label = (await getMessage(ctx, messageId))?.subject ?? '';
  const engagement = { id: fact.id, contactId: person.id, messageId, kind, evidence, label, at: new Date(at) };
  const isNew = await insertEngagement(ctx, engagement);
  if (isNew && evidence === 'human') await emit(ctx, 'engagement.changed', { contactId: person.id });
}

/** What was done under a record that no longer stands for itself now belongs to the record it was merged into. */
export async function mergeEngagement(ctx: Ctx, { contactId, mergedContactId }: EventData<'contact.merged'>) {
  const moved = await moveEngagement(ctx, mergedContactId, contactId);
  if (moved > 0) await emit(ctx, 'engagement.changed', { contactId });
}

/** A deleted person keeps their history, an erased one does not. */
export async function forgetEngagement(ctx: Ctx, { contactId, reason }: EventData<'contact.deleted'>) {
  if (reason === 'erased') await eraseEngagement(ctx, contactId);
}
