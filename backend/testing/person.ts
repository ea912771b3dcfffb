/** One contact in the stories: what a rep does with them in the CRM, what they do with their mail, and what is seen of it. */
import type { CardPath, CardRequest, CardResponse } from '@salesos/shared/cards.ts';
import { expect } from 'vitest';
import type { WorkflowRun } from '../sandbox/fakes/hubspot/index.ts';
import { apiOrigin, type OnFakes } from '../sandbox/on-fakes.ts';
import type { InboxAct, MailDetail } from '../sandbox/page-api.ts';
import type { Team } from './open-app.ts';

/** A browser on a desktop, as far as a server sees it. */
const desktop = {
  'user-agent':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
};

export type Person = ReturnType<typeof createPerson>;

export function createPerson({ google, hubspot, origin, settle, inbox }: OnFakes, team: Team, address: string) {
  const portal = hubspot.portal(team.account.id);
  const found = portal.contactIds().find((id) => portal.contactProperties(id).email === address);
  if (!found) throw new Error(`nobody in the CRM has the address ${address}`);
  let recordId = found;
  let keys = 0;

  /** What `hubspot.fetch` does for the card, as it is answered. */
  async function ask<P extends CardPath>(path: P, body: object): Promise<Response> {
    const who = { portalId: team.account.id, userId: team.user.userId };
    return hubspot.signedFetch(who, `${apiOrigin}${path}`, { method: 'POST', body });
  }
  async function asCard<P extends CardPath>(path: P, body: Partial<CardRequest<P>> = {}): Promise<CardResponse<P>> {
    const answer = await ask(path, { objectType: '0-1', recordId, ...body });
    const content = await answer.json();
    expect(answer.status, JSON.stringify(content)).toBe(200);
    await settle();
    return content as CardResponse<P>;
  }
  const act = async (path: CardPath) => {
    const [enrollment] = (await asCard('/cards/contact')).enrollments;
    await asCard(path, { enrollmentId: enrollment?.id ?? '', idempotencyKey: `${address}-${++keys}` });
  };
  /** Their mails, oldest first. */
  const mails = async () => (await inbox.list(address)).filter(({ direction }) => direction === 'received').reverse();
  const lastMail = async (): Promise<MailDetail> => {
    const last = (await mails()).at(-1);
    if (!last) throw new Error(`${address} got no mail`);
    return (await inbox.detail(last.id))!;
  };
  const visit = async (url: string | undefined, method = 'GET') => {
    if (!url?.startsWith(origin)) throw new Error(`not an address of ours: ${url}`);
    const answer = await fetch(url, { method, headers: desktop, redirect: 'manual' });
    await settle();
    return answer;
  };

  return {
    address,
    recordId: () => recordId,
    /** The CRM made one record of two. */
    isNow: (id: string) => {
      recordId = id;
    },
    ask: (path: CardPath, body: object = {}) => ask(path, { objectType: '0-1', recordId, ...body }),
    asCard,
    card: () => asCard('/cards/contact'),
    /** The rep chooses the sequence in the card. */
    enroll: async () => {
      const { sequenceId, mailboxId } = team;
      return asCard('/cards/enroll', { sequenceId, mailboxId, idempotencyKey: `${address}-${++keys}` });
    },
    pause: () => act('/cards/enrollments/pause'),
    resume: () => act('/cards/enrollments/resume'),
    stop: () => act('/cards/enrollments/stop'),
    /** The first enrollment as the card tells it: status and sentence. */
    async state(): Promise<string> {
      const [enrollment] = (await asCard('/cards/contact')).enrollments;
      return enrollment ? `${enrollment.status}: ${enrollment.sentence}` : 'in no sequence';
    },
    workflow: async (action: 'enroll' | 'stop', inputs: Record<string, string> = {}) => {
      const run = await hubspot.workflows.run(
        team.account.id,
        { actionUrl: `${apiOrigin}/hubspot/actions/${action}`, objectProperties: ['email'] },
        recordId,
        { sequenceId: team.sequenceId, ...inputs },
      );
      await settle();
      return run;
    },

    /** HubSpot sends the same request again, or somebody who changed it. */
    async repeats({ lastRequest }: WorkflowRun, { only = '', body = lastRequest?.body ?? '' } = {}) {
      const kept = Object.entries(lastRequest?.headers ?? {}).filter(
        ([name]) =>
          only === '' ||
          name === only ||
          !/^X-HubSpot-Signature/.test(name) ||
          (name.endsWith('-Version') && only === 'X-HubSpot-Signature'),
      );
      const url = (lastRequest?.url ?? '').replace(apiOrigin, origin);
      const answer = await fetch(url, { method: 'POST', headers: Object.fromEntries(kept), body });
      await settle();
      const { outputFields } = (await answer.json()) as { outputFields?: Record<string, unknown> };
      return { status: answer.status, outputFields };
    },

    mails,
    lastMail,
    subjects: async () => (await mails()).map(({ subject }) => subject),
    /** When their mails left, as in "2027-01-04T09:00". */
    times: async () => (await mails()).map(({ at }) => at.slice(0, 16)),
    /** Does something with the newest mail. */
    async does(what: InboxAct): Promise<void> {
      await inbox.act((await lastMail()).id, what);
      await settle();
    },
    /** They write a new mail of their own, to another rep. */
    async writesTo(mailbox: string, text: string): Promise<void> {
      const subject = 'A question';
      const headers = [
        `From: ${address}`,
        `To: ${mailbox}`,
        `Subject: ${subject}`,
        `Message-ID: <${++keys}.${address}>`,
      ];
      google.deliver(mailbox, Buffer.from(`${headers.join('\r\n')}\r\n\r\n${text}\r\n`));
      await settle();
    },
    opens: async () => visit(/<img[^>]+src="([^"]+\/t\/o\/[^"]+)"/.exec((await lastMail()).html ?? '')?.[1]),
    /** Follows the first link that was written for people. */
    clicks: async () => visit(/<a href="([^"]+\/t\/c\/[^"]+)"/.exec((await lastMail()).html ?? '')?.[1]),

    /** What the CRM shows: its own fields of ours, and the mails of the timeline, oldest first. */
    fields: () => {
      const {
        salesos_score: score,
        salesos_tier: tier,
        salesos_sequence_status: status,
      } = portal.contactProperties(recordId);
      return { score: Number(score), tier, status };
    },
    timeline: () =>
      portal.timeline(recordId).map(({ direction, subject }) => `${direction === 'EMAIL' ? '→' : '←'} ${subject}`),
  };
}
