import { on, type Reaction } from '../core/events.ts';
import type { Wakeup } from '../core/wakeups.ts';
import { deleteScore } from './queries.ts';
import { refreshFadedScores, refreshScores } from './refresh.ts';

export const reactions: Reaction[] = [
  on('engagement.changed', 'scoring.refresh', (ctx, { data }) => refreshScores(ctx, [data.contactId], 'engagement')),
  on('contact.merged', 'scoring.forget-merged', (ctx, { data }) => deleteScore(ctx, data.mergedContactId)),
  on('contact.deleted', 'scoring.forget-erased', async (ctx, { data }) => {
    if (data.reason === 'erased') await deleteScore(ctx, data.contactId);
  }),
];

export const wakeups: Wakeup[] = [{ name: 'scoring.fade', everySeconds: 300, run: refreshFadedScores }];
