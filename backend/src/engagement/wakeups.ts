import { on, type Reaction } from '../core/events.ts';
import { forgetEngagement, mergeEngagement, recordEngagement } from './record.ts';

export const reactions: Reaction[] = [
  on('email.opened', 'engagement.record-open', (ctx, fact) =>
    recordEngagement(ctx, fact, { kind: 'open', evidence: fact.data.evidence, at: fact.data.openedAt }),
  ),
  on('email.clicked', 'engagement.record-click', (ctx, fact) =>
    recordEngagement(ctx, fact, { kind: 'click', evidence: fact.data.evidence, at: fact.data.clickedAt }),
  ),
  // Only a mail that was classified as written by a person is announced as a reply.
  on('email.replied', 'engagement.record-reply', (ctx, fact) =>
    recordEngagement(ctx, fact, { kind: 'reply', evidence: 'human', at: fact.data.repliedAt }),
  ),
  on('contact.merged', 'engagement.merge', (ctx, fact) => mergeEngagement(ctx, fact.data)),
  on('contact.deleted', 'engagement.forget', (ctx, fact) => forgetEngagement(ctx, fact.data)),
];
