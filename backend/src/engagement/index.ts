/** The graded record of what people did with our mails. */
export { engagementOf, lastEngagedAt, listEngagement } from './list.ts';
export type { Engagement } from './queries.ts';
