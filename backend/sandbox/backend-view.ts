/** What the sandbox page shows of the backend's inside: facts, decisions, and what is due next. Reads only. */
import type { EventName } from '@salesos/shared/events.ts';
import { sql } from 'kysely';
import type { System } from '../src/core/ctx.ts';
import type { Due } from './clock-drive.ts';
import { factSentence } from './fact-sentence.ts';
import type { LogEntry } from './page-api.ts';

const shownLines = 200;

/** Facts and decisions of every tenant (the sandbox has one), newest first. */
export async function readLog({ db }: System): Promise<LogEntry[]> {
  const events = await db.selectFrom('event').selectAll().orderBy('id', 'desc').limit(shownLines).execute();
  const decisions = await db.selectFrom('decision').selectAll().orderBy('id', 'desc').limit(shownLines).execute();
  const people = await db
    .selectFrom('contact')
    .innerJoin('contactRecord', (join) =>
      join
        .onRef('contactRecord.tenantId', '=', 'contact.tenantId')
        .onRef('contactRecord.contactId', '=', 'contact.id')
        .on('contactRecord.isCurrent', '=', true),
    )
    .select(['contact.id', 'contact.firstName', 'contactRecord.recordId'])
    .execute();
  const byId = new Map(people.map((person) => [person.id, person]));
  const recordId = (contactId: string | null) => byId.get(contactId ?? '')?.recordId ?? null;

  const facts = events.map(({ id, at, name, contactId, data }) => ({
    id,
    at: at.toISOString(),
    name,
    // Stored under this name by `emit`, which checked it against the catalogue.
    sentence: factSentence(name as EventName, data as never, byId.get(contactId ?? '')?.firstName ?? 'the person'),
    why: null,
    recordId: recordId(contactId),
  }));
  const choices = decisions.map(({ id, at, subject, outcome, reason, contactId }) => ({
    id,
    at: at.toISOString(),
    name: subject,
    sentence: `Decided: ${outcome.replaceAll('_', ' ')}.`,
    why: reason,
    recordId: recordId(contactId),
  }));
  return [...facts, ...choices].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, shownLines);
}

/** The earliest thing that happens by itself: a step, the end of a pause, or a planned mail. */
export async function readNextDue({ db }: System): Promise<Due | null> {
  const mail = await db
    .selectFrom('message')
    .innerJoin('contact', (join) =>
      join.onRef('contact.tenantId', '=', 'message.tenantId').onRef('contact.id', '=', 'message.contactId'),
    )
    .select(['contact.firstName'])
    // One whose sender died is taken up again when its claim ends.
    .select(sql<Date>`case when state = 'scheduled' then not_before else claimed_until end`.as('at'))
    .where('message.state', 'in', ['scheduled', 'claimed', 'sending'])
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  const waiting = db
    .selectFrom('enrollment')
    .innerJoin('contact', (join) =>
      join.onRef('contact.tenantId', '=', 'enrollment.tenantId').onRef('contact.id', '=', 'enrollment.contactId'),
    )
    .innerJoin('sequence', (join) =>
      join.onRef('sequence.tenantId', '=', 'enrollment.tenantId').onRef('sequence.id', '=', 'enrollment.sequenceId'),
    )
    .select(['enrollment.nextStepAt', 'enrollment.pausedUntil', 'contact.firstName', 'sequence.name']);
  const step = await waiting
    .where('enrollment.status', '=', 'active')
    .where('enrollment.nextStepAt', 'is not', null)
    .orderBy('enrollment.nextStepAt')
    .limit(1)
    .executeTakeFirst();
  const pause = await waiting
    .where('enrollment.status', '=', 'paused')
    .where('enrollment.pausedUntil', 'is not', null)
    .orderBy('enrollment.pausedUntil')
    .limit(1)
    .executeTakeFirst();

  const dues: Due[] = [];
  if (mail) dues.push({ at: mail.at, what: `A mail to ${mail.firstName}` });
  if (step?.nextStepAt)
    dues.push({ at: step.nextStepAt, what: `The next step of “${step.name}” for ${step.firstName}` });
  if (pause?.pausedUntil) dues.push({ at: pause.pausedUntil, what: `“${pause.name}” goes on for ${pause.firstName}` });
  return earliest(dues);
}

export const earliest = (dues: (Due | null)[]): Due | null =>
  dues.filter((due) => due !== null).sort((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
