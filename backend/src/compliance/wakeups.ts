import { eventCatalogue } from '@salesos/shared/events.ts';
import { on, type Reaction } from '../core/events.ts';
import { optOut } from './opt-out.ts';
import { readSuppressions } from './queries.ts';
import { personKey } from './suppression-keys.ts';

const sources = eventCatalogue['contact.opted_out'].shape.source;

export const reactions: Reaction[] = [
  // Whoever unsubscribed as one of two records stays unsubscribed when the CRM makes them one.
  on('contact.merged', 'compliance.keep-opt-out', async (ctx, { data }) => {
    const key = personKey(ctx, data.mergedContactId);
    const row = (await readSuppressions(ctx, [key])).get(key);
    if (row) await optOut(ctx, data.contactId, sources.catch('api').parse(row.source));
  }),
];
