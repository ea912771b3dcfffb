import type { Ctx } from '../core/ctx.ts';

interface MailPerson {
  address: string;
  name: string | null;
}

/** What a person's `salesos_*` fields say, and whether a sequence is at work. */
export interface PersonSummary {
  score: number;
  tier: number;
  lastEngagedAt: Date | null;
  /** As in "Active: Welcome". */
  sequenceStatus: string;
  /** Why it is so, in a sentence. */
  statusReason: string;
  inFlight: boolean;
}

/** A task of a sequence as it stands now. */
export interface SequenceTask {
  title: string;
  note: string;
  dueAt: Date;
  status: 'open' | 'completed' | 'cancelled';
  /** Who has to do it; null: nobody in particular. */
  ownerMemberId: string | null;
}

/** What is written to the CRM comes from capabilities that this one does not know; app.ts hands their verbs in. */
export interface CrmSources {
  /** A sent mail without our pixel and links: looking at it in the CRM must not count as opening it. */
  sentContent(
    ctx: Ctx,
    messageId: string,
  ): Promise<{
    subject: string;
    text: string;
    html: string | null;
    from: MailPerson;
    to: MailPerson;
    ownerMemberId: string | null;
    /** The CRM that got it as a blind copy, and so shows it already. */
    copyCrm: string | null;
  }>;
  getInbound(
    ctx: Ctx,
    inboundId: string,
  ): Promise<{ subject: string; text: string; fromAddress: string; to: MailPerson; ownerMemberId: string | null }>;
  /** By task id; unknown ones are absent. */
  tasks(ctx: Ctx, taskIds: string[]): Promise<Map<string, SequenceTask>>;
  /** One entry per contact asked for. */
  summaries(ctx: Ctx, contactIds: string[]): Promise<Map<string, PersonSummary>>;
}
