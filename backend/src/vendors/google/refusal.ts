import type { HttpAnswer } from '../../core/http.ts';

/**
 * What a Gmail error answer means for us:
 * - rate: too many calls, mails or units for now; nothing was done
 * - reconnect: the grant, its scopes or the domain's policy do not allow it; a person must act
 * - invalid: this request will never be accepted
 * - not_found
 * - later: refused for a reason outside the request (the project's configuration, an unknown 4xx); nothing was done
 * - failed: Google's own failure; it may have been done
 */
export interface Refusal {
  kind: 'rate' | 'reconnect' | 'invalid' | 'not_found' | 'later' | 'failed';
  status: number;
  /** Google's reason word, or `http_<status>` for a body that is not Google's. */
  code: string;
  message: string;
  retryAfterSeconds: number;
}

interface Envelope {
  error?: { message?: unknown; status?: unknown; errors?: { reason?: unknown }[]; details?: { reason?: unknown }[] };
}

const rateReasons = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded']);
const reconnectReasons = new Set([
  'insufficientPermissions',
  'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
  'domainPolicy',
  'failedPrecondition',
]);

const minute = 60;
const hour = 3600;

/** Reads Google's error envelope; an HTML page or an empty body of a proxy is read by its status alone. */
export function readRefusal(answer: HttpAnswer, now: Date): Refusal {
  const { error } = readEnvelope(answer);
  const reasons = [error?.errors?.[0]?.reason, error?.details?.[0]?.reason].filter(
    (reason) => typeof reason === 'string',
  );
  const code = reasons[0] ?? `http_${answer.status}`;
  const message = typeof error?.message === 'string' ? error.message.slice(0, 300) : `HTTP ${answer.status}`;
  const kind = kindOf(answer.status, reasons, error !== undefined);
  return { kind, status: answer.status, code, message, retryAfterSeconds: waitSeconds(answer, code, message, now) };
}

function kindOf(status: number, reasons: string[], isGoogles: boolean): Refusal['kind'] {
  if (status === 401 || reasons.some((reason) => reconnectReasons.has(reason))) return 'reconnect';
  if (status === 429 || (status === 403 && reasons.some((reason) => rateReasons.has(reason)))) return 'rate';
  if (status >= 500 || status === 408) return 'failed';
  if (status === 404) return 'not_found';
  if ((status === 400 && isGoogles) || status === 413) return 'invalid';
  return 'later';
}

/** Retry-After in seconds or as a date, then the moment in the sentence, which is all that the sending limit gives. */
function waitSeconds(answer: HttpAnswer, code: string, message: string, now: Date): number {
  const header = answer.headers['retry-after'];
  if (header && /^\d+$/.test(header)) return Number(header);
  const named = header ?? /Retry after (\S+)/i.exec(message)?.[1] ?? '';
  const at = Date.parse(named);
  if (!Number.isNaN(at)) return Math.max(1, Math.ceil((at - now.getTime()) / 1000));
  if (code === 'dailyLimitExceeded') return hour;
  return answer.status === 429 || rateReasons.has(code) ? minute : 15 * minute;
}

function readEnvelope(answer: HttpAnswer): Envelope {
  try {
    const body = answer.json();
    const error = typeof body === 'object' && body !== null ? (body as Envelope).error : undefined;
    return typeof error === 'object' && error !== null ? { error } : {};
  } catch {
    return {};
  }
}
