/**
 * Our own short sessions, one per record: kept in memory only, because a page in another site's frame has no cookies to
 * rely on. A session is bought with a token that Pipedrive signs, and covers the records it was asked for.
 */
import type { Where } from './where.ts';

/** The records a session is for. */
export type Target = Pick<Where, 'resource' | 'view' | 'selectedIds'>;

export interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}
/** One POST; rejects when no answer came. */
export type Send = (path: string, body: unknown, bearer: string | null) => Promise<Answer>;

export interface Session {
  bearer: string;
  /** The id of our modal in this app's Developer Hub entry; null where the backend was not told. */
  enrollModalId: string | null;
}
export type SessionResult = { outcome: 'open'; session: Session } | { outcome: 'refused'; answer: Answer };

interface Setup {
  where: Pick<Where, 'token' | 'userId' | 'companyId'>;
  send: Send;
  /** Asks Pipedrive for a newly signed token. */
  freshToken: () => Promise<string>;
  nowMilliseconds: () => number;
}

/** A session is renewed so long before it ends, and never more often than this: a wrong clock must not ask without end. */
const marginMilliseconds = 60_000;

export function createSessions({ where, send, freshToken, nowMilliseconds }: Setup) {
  const open = new Map<string, { result: Promise<SessionResult>; renewAt: number }>();
  let firstToken: string | null = where.token || null;

  /** The session for these records: the one at hand, else a new one. `renew` throws away the one at hand. */
  function sessionFor(target: Target, { renew = false } = {}): Promise<SessionResult> {
    const key = `${target.resource} ${target.view} ${target.selectedIds.join(',')}`;
    const known = open.get(key);
    if (known && !renew && nowMilliseconds() < known.renewAt) return known.result;
    const entry = { result: begin(target), renewAt: Number.POSITIVE_INFINITY };
    open.set(key, entry);
    const forget = () => open.get(key) === entry && open.delete(key);
    entry.result.then((result) => {
      if (result.outcome === 'refused') forget();
      else entry.renewAt = Math.max(result.expiresAt, nowMilliseconds() + 2 * marginMilliseconds) - marginMilliseconds;
    }, forget);
    return entry.result;

    async function begin(wanted: Target) {
      // The address's token is used once: it may have aged out by the time it is needed again.
      const token = firstToken ?? (await freshToken());
      const usedFirst = firstToken !== null;
      firstToken = null;
      const answer = await ask(wanted, token);
      // It had aged already, as in a tab that was opened and looked at later.
      const again = usedFirst && answer.status === 401 ? await ask(wanted, await freshToken()) : answer;
      if (!again.ok) return { outcome: 'refused' as const, answer: again };
      const body = (await again.json()) as { session: string; expiresAt: string; enrollModalId?: string | null };
      return {
        outcome: 'open' as const,
        session: { bearer: body.session, enrollModalId: body.enrollModalId ?? null },
        expiresAt: Date.parse(body.expiresAt),
      };
    }
  }

  function ask({ resource, view, selectedIds }: Target, token: string): Promise<Answer> {
    const { userId, companyId } = where;
    return send('/pipedrive/session', { token, userId, companyId, resource, view, selectedIds }, null);
  }

  return { sessionFor };
}
export type Sessions = ReturnType<typeof createSessions>;
