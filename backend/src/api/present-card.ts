/** The contact card, ready to be shown: every sentence is made here. Pure: the same facts give the same card. */
import type { ContactCard } from '@salesos/shared/cards.ts';
import { type EventFact, type Names, presentActivity } from './present-activity.ts';
import { type EnrollmentFacts, nextAt, presentEnrollment, type TaskFacts } from './present-enrollment.ts';
import type { WhenStyle } from './say-when.ts';

export interface CardFacts {
  now: Date;
  contact: {
    name: string;
    addresses: string[];
    companyName: string | null;
    timeZone: string | null;
    timeZoneSource: 'record' | 'country' | 'account';
  };
  /** As in `HubSpot`. */
  crmName: string;
  accountTimeZone: string;
  refusal: ContactCard['cannotEnroll'];
  /** Newest first. */
  enrollments: EnrollmentFacts[];
  tasks: TaskFacts[];
  score: ContactCard['score'];
  activity: { facts: EventFact[]; names: Names; nextCursor: string | null };
  problems: { code: string; sentence: string; howToFix: string; at: Date }[];
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
    headline: headlineOf(facts, style),
    cannotEnroll: facts.refusal,
    enrollments: facts.enrollments.map((enrollment) => presentEnrollment(enrollment, style)),
    tasks: facts.tasks
      .filter((task) => task.status === 'open')
      .map(({ id, title, note, dueAt, enrollmentId }) => ({
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
    problems: facts.problems.map(({ at, ...problem }) => ({ ...problem, at: at.toISOString() })),
  };
}

/** What happens next, when, and what blocks it: of the sequence that acts first, or else of the last one. */
function headlineOf({ enrollments, refusal }: CardFacts, style: WhenStyle): string {
  const running = enrollments.filter(({ status }) => status === 'active' || status === 'paused').sort(bySoonest);
  const [first] = running;
  if (first) {
    const others = running.length - 1;
    const more = others === 0 ? '' : ` In ${others} other sequence${others === 1 ? '' : 's'} as well.`;
    const { sentence } = presentEnrollment(first, style);
    return `${first.sequenceName}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}${more}`;
  }
  const last = enrollments[0];
  const past = last ? ` ${last.sequenceName}: ${presentEnrollment(last, style).sentence}` : '';
  return refusal ? `Nothing is planned. ${refusal.sentence}${past}` : `Nothing is planned: in no sequence now.${past}`;
}

/** Active before paused, then what comes first; what has no date comes last. */
function bySoonest(a: EnrollmentFacts, b: EnrollmentFacts): number {
  if (a.status !== b.status) return a.status === 'active' ? -1 : 1;
  const time = (facts: EnrollmentFacts) => nextAt(facts)?.getTime() ?? Number.POSITIVE_INFINITY;
  return time(a) === time(b) ? 0 : time(a) - time(b);
}

function sayZoneSource({ contact, crmName }: CardFacts): string {
  if (contact.timeZone === null || contact.timeZoneSource === 'account')
    return 'your account’s time zone, because the record has none';
  return contact.timeZoneSource === 'record'
    ? `from the ${crmName} record`
    : `from the country on the ${crmName} record`;
}
