import type { HttpAnswer } from '../../core/http.ts';

/**
 * What a Graph error answer means for us:
 * - rate: too many calls or mails for now; nothing was done
 * - reconnect: the grant, its scopes or the mailbox's plan do not allow it; a person must act
 * - invalid: this request will never be accepted
 * - not_found
 * - lost_place: a delta token that Graph no longer knows
 * - later: refused for a reason outside the request; nothing was done
 * - failed: Microsoft's own failure; it may have been done
 */
export interface Refusal {
  kind: 'rate' | 'reconnect' | 'invalid' | 'not_found' | 'lost_place' | 'later' | 'failed';
  status: number;
  /** Graph's error code, or `http_<status>` for a body that is not Graph's. */
  code: string;
  message: string;
  retryAfterSeconds: number;
}

const throttleCodes = new Set([
  'ApplicationThrottled',
  'TooManyRequests',
  'ErrorServerBusy',
  'ErrorTooManyObjectsOpened',
]);
const reconnectCodes = new Set([
  'InvalidAuthenticationToken',
  'ErrorAccessDenied',
  'Authorization_RequestDenied',
  'AccessDenied',
  'MailboxNotEnabledForRESTAPI',
  'MailboxNotSupportedForRESTAPI',
]);
const lostPlaceCodes = new Set(['syncStateNotFound', 'SyncStateNotFound', 'SyncStateInvalid', 'resyncRequired']);
const invalidCodes = new Set(['ErrorSendAsDenied', 'ErrorMessageSizeExceeded', 'ErrorInvalidRecipients']);
const notFoundCodes = new Set(['ErrorItemNotFound', 'ErrorInvalidIdMalformed', 'ResourceNotFound']);

/** Reads Graph's error envelope; an HTML page or an empty body of a proxy is read by its status alone. */
export function readRefusal(answer: HttpAnswer, now: Date): Refusal {
  const error = readEnvelope(answer);
  const code = typeof error?.code === 'string' && error.code !== '' ? error.code : null;
  const message = typeof error?.message === 'string' ? error.message.slice(0, 300) : `HTTP ${answer.status}`;
  const kind = kindOf(answer.status, code);
  return {
    kind,
    status: answer.status,
    code: code ?? `http_${answer.status}`,
    message,
    retryAfterSeconds: waitSeconds(answer, kind, now),
  };
}

function kindOf(status: number, code: string | null): Refusal['kind'] {
  const says = (codes: Set<string>) => code !== null && codes.has(code);
  if (status === 410 || says(lostPlaceCodes)) return 'lost_place';
  if (status === 429 || says(throttleCodes)) return 'rate';
  if (status === 401 || says(reconnectCodes)) return 'reconnect';
  // A 5xx without the word for throttling may come from behind the point where the work was done.
  if (status >= 500 || status === 408) return 'failed';
  if (says(notFoundCodes) || status === 404) return 'not_found';
  if (says(invalidCodes) || (status === 400 && code !== null) || status === 413) return 'invalid';
  return 'later';
}

/** Retry-After in seconds or as a date. */
function waitSeconds(answer: HttpAnswer, kind: Refusal['kind'], now: Date): number {
  const header = answer.headers['retry-after'] ?? '';
  if (/^\d+$/.test(header)) return Math.max(1, Number(header));
  const at = Date.parse(header);
  if (!Number.isNaN(at)) return Math.max(1, Math.ceil((at - now.getTime()) / 1000));
  return kind === 'rate' ? 60 : 900;
}

function readEnvelope(answer: HttpAnswer): { code?: unknown; message?: unknown } | undefined {
  try {
    const body = answer.json() as { error?: unknown } | null;
    const error = body?.error;
    return typeof error === 'object' && error !== null ? error : undefined;
  } catch {
    return undefined;
  }
}
