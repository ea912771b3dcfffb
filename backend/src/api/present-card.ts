/** The contact card, ready to be shown: every sentence is made here. Pure: the same facts give the same card. */
import type { CardEnrollment, ContactCard } from '@salesos/shared/cards.ts';
import { type EventFact, type Names, presentActivity } from './present-activity.ts';
import type { WhenStyle } from './say-when.ts';

export interface CardFacts {
  now: Date;
  contact: {
    name: string;
    addresses: string[];
    companyName: string | null;
    timeZone: string | null;
    timeZoneSource: 'record' | 'country' | 'account';
    records: { crm: string }[];
  };
  /** As in `HubSpot`. */
  crmName: string;
  accountTimeZone: string;
  refusal: ContactCard['cannotEnroll'];
  /** What runs first, then what ended, newest first. */
  enrollments: CardEnrollment[];
  /** The open ones. */
  tasks: { id: string; title: string; note: string; dueAt: Date; enrollmentId: string }[];
  score: ContactCard['score'];
  activity: { facts: EventFact[]; names: Names; nextCursor: string | null };
  problems: ContactCard['problems'];
}

export function presentCard(facts: CardFacts): ContactCard {
  const { contact, score, activity } = facts;
  const style: WhenStyle = { zone: contact.timeZone ?? facts.accountTimeZone, now: facts.now };
  return {
    person: {
      name: contact.name,
      address: contact.addresses[0] ?? null,
      companyName: contact.companyName,
      timeZone: style.zone,
      timeZoneSource: sayZoneSource(facts),
    },
    headline: headlineOf(facts),
    cannotEnroll: facts.refusal,
    enrollments: facts.enrollments,
    tasks: facts.tasks.map(({ id, title, note, dueAt, enrollmentId }) => ({
      id,
      title,
      note,
      dueAt: dueAt.toISOString(),
      enrollmentId,
    })),
    score,
    activity: {
      items: activity.facts.map((fact) => presentActivity(fact, activity.names, style)),
      nextCursor: activity.nextCursor,
    },
    problems: facts.problems,
  };
}

/** What happens next, when, and what blocks it: of the sequence that acts first, or else of the last one. */
export function headlineOf({ enrollments, refusal }: Pick<CardFacts, 'enrollments' | 'refusal'>): string {
  const running = enrollments.filter(({ status }) => status === 'active' || status === 'paused').sort(bySoonest);
  const [first] = running;
  if (first) {
    const others = running.length - 1;
    const more = others === 0 ? '' : ` In ${others} other sequence${others === 1 ? '' : 's'} as well.`;
    return `${told(first)}${more}`;
  }
  const last = enrollments[0];
  // What keeps them out says how it ended as well, as in "This person has unsubscribed."
  if (refusal) return `Nothing is planned. ${refusal.sentence}`;
  return last ? `Nothing is planned. ${told(last)}` : 'Nothing is planned: in no sequence now.';
}

/** As in "Intro – stopped: the person replied." */
const told = ({ sequenceName, sentence }: CardEnrollment) =>
  `${sequenceName} – ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;

/** Active before paused, then what comes first; what has no date comes last. */
function bySoonest(a: CardEnrollment, b: CardEnrollment): number {
  if (a.status !== b.status) return a.status === 'active' ? -1 : 1;
  const at = ({ steps }: CardEnrollment) => steps.find(({ state }) => state === 'current')?.at ?? '9999';
  return at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0;
}

function sayZoneSource({ contact, crmName }: CardFacts): string {
  if (contact.timeZone === null || contact.timeZoneSource === 'account')
    return 'your account’s time zone, because the record has none';
  // Of several records any may have said it.
  const isOne = new Set(contact.records.map(({ crm }) => crm)).size <= 1;
  const record = `${isOne ? crmName : 'CRM'} record`;
  return contact.timeZoneSource === 'record' ? `from the ${record}` : `from the country on the ${record}`;
}
