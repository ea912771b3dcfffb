/**
 * A believable world in memory, for working on the page and for testing its server without the backend.
 * It follows the guided path (enroll, read, click, reply); it is no model of the product.
 */
import { readFile } from 'node:fs/promises';
import type { ContactCard } from '@salesos/shared/cards.ts';
import { handClock } from '../../../src/core/clock.ts';
import type { LogEntry, MailDetail, SandboxWorld, TimelineItem, WorkflowRun } from '../../page-api.ts';

const people = [
  {
    recordId: '101',
    recordIds: { hubspot: '101', salesforce: '003000000000101', pipedrive: '101' },
    firstName: 'Kim',
    lastName: 'Larsen',
    jobTitle: 'Head of Operations',
    companyName: 'Nordlys Logistics',
    address: 'kim.larsen@nordlys.example',
    timeZone: 'Europe/Copenhagen',
    startsBy: 'card' as const,
  },
  {
    recordId: '102',
    recordIds: { hubspot: '102', salesforce: '003000000000102', pipedrive: '102' },
    firstName: 'Priya',
    lastName: 'Raman',
    jobTitle: 'VP Revenue',
    companyName: 'Bluefin Analytics',
    address: 'priya.raman@bluefin.example',
    timeZone: 'America/Chicago',
    startsBy: 'workflow' as const,
  },
];
type Person = (typeof people)[number];
interface Life {
  score: number;
  status: 'none' | 'active' | 'stopped';
  mails: MailDetail[];
  timeline: TimelineItem[];
  enrolledAt: string;
}

const rep = 'alex@acme.example';
const bundles = { sidebar: 'Sidebar', tab: 'Tab', settings: 'Settings' };

/** `bundleFolder`: where sidebar.js, tab.js and settings.js lie. */
export function stubWorld(
  backendOrigin: string,
  bundleFolder: URL,
): SandboxWorld & { hit(what: 'opened' | 'clicked', recordId: string): void } {
  const clock = handClock(new Date('2026-11-24T08:00:00Z'));
  const log: LogEntry[] = [];
  const runs: WorkflowRun[] = [];
  const lives = new Map<string, Life>(
    people.map((person) => [person.recordId, { score: 0, status: 'none', mails: [], timeline: [], enrolledAt: '' }]),
  );
  let revision = 0;
  let speed: number | null = null;

  const at = () => clock.now().toISOString();
  const life = (recordId: string) => lives.get(recordId);
  function note(name: string, recordId: string, sentence: string, why: string | null = null) {
    revision += 1;
    log.unshift({ id: `log-${revision}`, at: at(), name, sentence, why, recordId });
  }

  function enroll(person: Person) {
    const now = life(person.recordId);
    if (!now || now.status === 'active') return false;
    now.status = 'active';
    now.enrolledAt = at();
    note(
      'enrollment.created',
      person.recordId,
      `${person.firstName} was enrolled in “Intro in three mails”.`,
      'Asked for by Alex Morgan.',
    );
    const mail: MailDetail = {
      id: `m-${person.recordId}`,
      at: at(),
      fromName: 'Alex Morgan',
      fromAddress: rep,
      toAddress: person.address,
      direction: 'received',
      subject: `A quieter peak season at ${person.companyName}`,
      snippet: `Hi ${person.firstName}, teams like yours lose a day a week to rescheduling…`,
      text: `Hi ${person.firstName},\n\nTeams like yours lose a day a week to rescheduling.\n\nAlex`,
      html: `<p>Hi ${person.firstName},</p><p>Teams like yours lose a day a week to rescheduling. <a href="${backendOrigin}/c/${person.recordId}">Two pages on how Harbor &amp; Co. won it back</a>.</p><p>Worth fifteen minutes next week?</p><p>Alex Morgan<br>Acme, 12 Harbour Street, Boston</p><p><a href="${backendOrigin}/u/${person.recordId}">Unsubscribe</a></p><img src="${backendOrigin}/o/${person.recordId}.gif" width="1" height="1" alt="">`,
      source: `From: Alex Morgan <${rep}>\r\nTo: ${person.address}\r\nSubject: A quieter peak season\r\nMessage-ID: <m-${person.recordId}@acme.example>\r\nList-Unsubscribe: <${backendOrigin}/u/${person.recordId}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHi ${person.firstName}, …`,
      oneClick: true,
    };
    now.mails.unshift(mail);
    now.timeline.unshift({
      id: `t-${revision}`,
      at: at(),
      kind: 'email_out',
      title: mail.subject,
      text: mail.text,
      from: rep,
      to: person.address,
    });
    note(
      'email.sent',
      person.recordId,
      `Mail 1 went to ${person.firstName}.`,
      'Alex’s mailbox was checked for replies first: none.',
    );
    return true;
  }

  function stop(recordId: string, name: string, sentence: string, why: string, points: number) {
    const now = life(recordId);
    if (!now) return;
    note(name, recordId, sentence, why);
    now.status = 'stopped';
    note('enrollment.stopped', recordId, 'The sequence stopped.', why);
    if (points) score(recordId, points);
  }
  function score(recordId: string, points: number) {
    const now = life(recordId);
    if (!now) return;
    now.score += points;
    note('score.changed', recordId, `The score rose to ${now.score}.`, `+${points} points.`);
  }

  function card(person: Person): ContactCard {
    const now = life(person.recordId) as Life;
    const steps = ['Mail: A quieter peak season', 'Wait 3 business days', 'Mail: One number', 'Task: Call'].map(
      (label, index) => ({
        index,
        kind: (['email', 'wait', 'email', 'task'] as const)[index] ?? 'wait',
        label,
        state:
          now.status === 'stopped' && index > 0
            ? ('skipped' as const)
            : index === 0
              ? ('done' as const)
              : index === 1
                ? ('current' as const)
                : ('upcoming' as const),
        at: index < 3 ? now.enrolledAt : null,
        why: null,
      }),
    );
    return {
      person: {
        name: `${person.firstName} ${person.lastName}`,
        address: person.address,
        companyName: person.companyName,
        timeZone: person.timeZone,
        timeZoneSource: 'from the HubSpot record',
      },
      headline: {
        none: 'Not in a sequence.',
        active: 'Next: “One number” on Friday at 9:00, unless Kim replies.',
        stopped: 'Stopped: the person replied.',
      }[now.status],
      cannotEnroll: null,
      enrollments:
        now.status === 'none'
          ? []
          : [
              {
                id: '6f1c2f6e-6a3b-4b0e-9a53-0d3f6a1d2c11',
                sequenceName: 'Intro in three mails',
                status: now.status,
                sentence:
                  now.status === 'active' ? 'Mail 2 goes out on Friday at 9:00.' : 'Stopped: the person replied.',
                mailboxAddress: rep,
                startedAt: now.enrolledAt,
                steps,
                actions: now.status === 'active' ? ['pause', 'stop'] : [],
              },
            ],
      tasks: [],
      score: {
        value: now.score,
        tier: now.score >= 40 ? 3 : 4,
        tierLabel: now.score >= 40 ? 'Interested' : 'Quiet',
        lines: now.score
          ? [
              {
                label: 'What they did',
                points: now.score,
                pointsAtFirst: now.score,
                at: at(),
                evidence: 'human',
                explanation: 'A stand-in.',
              },
            ]
          : [],
        notCounted: null,
        asOf: at(),
      },
      activity: {
        items: log
          .filter((entry) => entry.recordId === person.recordId && entry.name === 'email.sent')
          .map((entry) => ({
            id: entry.id,
            at: entry.at,
            kind: 'sent',
            title: entry.sentence,
            detail: entry.why,
            evidence: null,
          })),
        nextCursor: null,
      },
      problems: [],
    };
  }

  const sequence = {
    id: '0b9c6f0a-4e61-4c0a-8d55-3f6c0b7f5a10',
    name: 'Intro in three mails',
    description: 'Three mails and a call over two weeks.',
  };
  const mailbox = { id: '3c2b1a09-8f7e-4d6c-9b5a-413f2e1d0c0b', address: rep, isOwn: true, blockedBy: null };

  function cardAnswer(path: string, body: Record<string, unknown>): unknown {
    const person = people.find((one) => one.recordId === String(body.recordId)) ?? (people[0] as Person);
    if (path === '/cards/contact') return card(person);
    if (path === '/cards/enroll/choices') return { sequences: [sequence], mailboxes: [mailbox], nextCursor: null };
    if (path === '/cards/enroll/preview')
      return {
        refusal: null,
        steps: [
          {
            index: 0,
            kind: 'email',
            label: 'Mail 1',
            at: at(),
            why: 'Inside the sending window.',
            email: { from: rep, to: person.address, subject: 'A quieter peak season', text: 'Hi …' },
            warnings: [],
          },
        ],
      };
    if (path === '/cards/enroll') {
      enroll(person);
      return { message: `${person.firstName} is enrolled.`, card: card(person) };
    }
    if (path === '/cards/enrollments/stop') {
      stop(person.recordId, 'enrollment.stopped', 'Stopped by hand.', 'Alex pressed Stop.', 0);
      return { message: 'Stopped.', card: card(person) };
    }
    if (path === '/cards/decisions') return { decisions: [], nextCursor: null };
    if (path === '/cards/settings' || path === '/cards/settings/update')
      return {
        accountName: 'Acme',
        postalAddress: '12 Harbour Street, Boston',
        trackingLevel: 'full',
        timeZone: 'America/New_York',
        sandbox: true,
        mailboxes: [
          {
            id: mailbox.id,
            address: rep,
            vendor: 'google',
            vendorName: 'Gmail',
            status: 'connected',
            sentence: 'Connected, 1 mail today.',
            displayName: 'Alex Morgan',
            signature: null,
            replyTo: null,
            aliases: [],
            dailyCap: 200,
            hourlyCap: 20,
            ramp: null,
            workingHours: null,
            timeZone: 'America/New_York',
            spacingSeconds: 90,
            sentToday: 1,
            limitToday: 200,
          },
        ],
        sending: { accountDailyCap: null, recipientDomainDailyCap: 50, trackingDomain: null, domains: [] },
        checklist: [{ done: true, sentence: 'Connect a mailbox.' }],
        canEdit: true,
      };
    return null;
  }

  return {
    backendOrigin,
    hit(what, recordId) {
      note(
        `email.${what}`,
        recordId,
        what === 'opened' ? 'The mail was opened.' : 'A link was clicked.',
        'Graded: a person.',
      );
      score(recordId, what === 'opened' ? 10 : 20);
    },
    async state() {
      return {
        clock: {
          now: at(),
          timeZone: 'America/New_York',
          speed,
          nextDue: log.length > 0 ? { at: '2026-11-27T14:00:00Z', what: 'Mail 2 of “Intro in three mails”' } : null,
        },
        revision: String(revision),
        backendOrigin,
        hubspot: {
          portalId: 4242,
          timeZone: 'America/New_York',
          appId: 77,
          appName: 'SalesOS',
          user: { id: 9, email: rep, firstName: 'Alex', lastName: 'Morgan' },
          variables: { API_ORIGIN: 'https://api.salesos.example' },
        },
        records: people.map(({ firstName, lastName, ...rest }) => ({ name: `${firstName} ${lastName}`, ...rest })),
      };
    },
    async moveClock(move) {
      if (move.action === 'advance') clock.advance(move.seconds);
      if (move.action === 'next') clock.set(new Date('2026-11-27T14:00:00Z'));
      if (move.action === 'jump') clock.set(new Date(move.to));
      speed = move.action === 'run' ? move.speed : move.action === 'pause' ? null : speed;
      revision += 1;
    },
    log: async () => log,
    async record(recordId) {
      const person = people.find((one) => one.recordId === recordId);
      const now = life(recordId);
      if (!person || !now) return null;
      return {
        recordId,
        ownerName: 'Alex Morgan',
        properties: {
          firstname: person.firstName,
          lastname: person.lastName,
          email: person.address,
          jobtitle: person.jobTitle,
          company: person.companyName,
          hs_timezone: person.timeZone,
          salesos_score: String(now.score),
          salesos_sequence_status: now.status === 'none' ? '' : now.status,
        },
        groups: [
          {
            title: 'About this contact',
            fields: [
              ['email', 'Email'],
              ['jobtitle', 'Job title'],
              ['company', 'Company name'],
              ['hs_timezone', 'Time zone'],
            ].map(([name = '', label = '']) => ({ name, label })),
          },
          {
            title: 'SalesOS',
            fields: [
              ['salesos_score', 'SalesOS score'],
              ['salesos_sequence_status', 'Sequence status'],
            ].map(([name = '', label = '']) => ({ name, label })),
          },
        ],
      };
    },
    async setProperties(recordId) {
      return this.record(recordId);
    },
    timeline: async (recordId) => life(recordId)?.timeline ?? [],
    async inbox(address) {
      const person = people.find((one) => one.address === address);
      return person ? (life(person.recordId)?.mails ?? []) : [];
    },
    mail: async (mailId) => [...lives.values()].flatMap((one) => one.mails).find((mail) => mail.id === mailId) ?? null,
    async act(mailId, act) {
      const person = people.find((one) => life(one.recordId)?.mails.some((mail) => mail.id === mailId));
      const now = person && life(person.recordId);
      if (!now) return null;
      if (act.kind === 'reply' || act.kind === 'reply_from') {
        const mail = now.mails.find((one) => one.id === mailId) as MailDetail;
        now.mails.unshift({
          ...mail,
          id: `r-${revision}`,
          at: at(),
          direction: 'sent',
          fromName: `${person.firstName} ${person.lastName}`,
          fromAddress: person.address,
          toAddress: rep,
          subject: `Re: ${mail.subject}`,
          snippet: act.text,
          text: act.text,
          html: null,
        });
        now.timeline.unshift({
          id: `t-${revision}`,
          at: at(),
          kind: 'email_in',
          title: `Re: ${mail.subject}`,
          text: act.text,
          from: person.address,
          to: rep,
        });
        stop(
          person.recordId,
          'email.replied',
          `${person.firstName} replied.`,
          'A human reply, matched by In-Reply-To.',
          40,
        );
      } else
        note(
          act.kind === 'out_of_office'
            ? 'email.auto_replied'
            : act.kind === 'bounce'
              ? 'email.bounced'
              : 'contact.opted_out',
          person.recordId,
          'Noted.',
        );
      return { sentence: act.kind === 'reply' ? 'Your reply is on its way to Alex.' : 'Done.' };
    },
    workflow: async () => ({
      name: 'New demo request',
      actionName: 'Enroll in sequence',
      sequences: [{ value: sequence.id, label: sequence.name }],
      runs,
    }),
    async runWorkflow({ recordId }) {
      const person = people.find((one) => one.recordId === recordId) as Person;
      const fresh = enroll(person);
      const run: WorkflowRun = {
        id: `run-${runs.length}`,
        at: at(),
        recordId,
        status: 200,
        ok: fresh,
        sentence: fresh
          ? `${person.firstName} was enrolled; the first mail goes out now.`
          : 'Already in this sequence; nothing was changed.',
        outputs: { hs_execution_state: 'SUCCESS', result: fresh ? 'enrolled' : 'already_in' },
        request: {
          url: 'https://api.salesos.example/hubspot/actions/enroll',
          headers: {
            'X-HubSpot-Signature-v3': 'HqWLzG8oTLsOjhheo2V3TCNJL+oncrzhsv/af2wYMXM=',
            'X-HubSpot-Request-Timestamp': String(clock.now().getTime()),
          },
          body: JSON.stringify(
            { callbackId: 'ap-1', object: { objectId: Number(recordId), objectType: 'CONTACT' } },
            null,
            2,
          ),
        },
      };
      runs.unshift(run);
      revision += 1;
      return run;
    },
    async hubspotFetch({ url, body }) {
      const answer = cardAnswer(new URL(url).pathname, body ?? {});
      return {
        status: answer ? 200 : 404,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answer ?? { detail: 'Not in the stub.' }),
      };
    },
    extension: (kind) => readFile(new URL(`${bundles[kind]}.js`, bundleFolder), 'utf8').catch(() => null),
  };
}
