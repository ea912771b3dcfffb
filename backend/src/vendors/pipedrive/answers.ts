/** What an answer of Pipedrive's API means. */
import { z } from 'zod';
import type { HttpAnswer } from '../../core/http.ts';
import { CrmDisconnected, type WriteResult } from '../../crm-sync/crm.ts';

/** `refused` is final for this request; `retry` may be sent again, and may have been carried out when `maybeWritten`. */
export type Answer =
  | { outcome: 'ok'; body: unknown }
  | { outcome: 'refused'; status: number; code: string; reason: string }
  | Extract<WriteResult, { outcome: 'retry' }>;

const errorBody = z.object({
  error: z.string().catch(''),
  code: z.string().catch(''),
  /** The webhooks of v1 name what is wrong by field. */
  errors: z.record(z.string(), z.array(z.string())).catch({}),
});
const troubleSeconds = 60;

export function judge(answer: HttpAnswer): Answer {
  const { status } = answer;
  const body = readJson(answer);
  if (status >= 200 && status < 300) {
    if (body !== undefined) return { outcome: 'ok', body };
    return unknown('Pipedrive answered with something that is no JSON');
  }
  if (status >= 500 || status === 408) return unknown(`Pipedrive answered ${status}`);
  const { error, code, errors } = errorBody.catch({ error: '', code: '', errors: {} }).parse(body);
  if (status === 402) throw new CrmDisconnected('The company closed its Pipedrive account, or has not paid for it.');
  const details = Object.entries(errors).map(([name, sentences]) => `${name}: ${sentences.join(', ')}`);
  const words = error || details.join('; ') || `Pipedrive answered ${status}.`;
  return { outcome: 'refused', status, code: code.toUpperCase() || (codes[status] ?? 'REFUSED'), reason: words };
}

const codes: Partial<Record<number, string>> = {
  400: 'INVALID',
  403: 'NO_PERMISSION',
  404: 'NOT_FOUND',
  410: 'GONE',
  415: 'FEATURE_OFF',
  422: 'INVALID',
};

const unknown = (reason: string): Answer => ({
  outcome: 'retry',
  reason,
  maybeWritten: true,
  retryAfterSeconds: troubleSeconds,
});

function readJson(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

const written = z.object({ data: z.object({ id: z.number().int() }) });

/** The outcome of a write of one record. */
export function writeResult(answer: Answer): WriteResult {
  if (answer.outcome === 'retry') return answer;
  if (answer.outcome === 'refused') {
    const { status, code, reason } = answer;
    // Whoever connected SalesOS, and not the row, is why.
    const howToFix =
      status === 403 ? 'An admin of your Pipedrive account installs SalesOS, so that it may write.' : null;
    return { outcome: 'refused', code, reason, ...(howToFix ? { howToFix } : {}) };
  }
  const parsed = written.safeParse(answer.body);
  if (parsed.success) return { outcome: 'written', crmId: String(parsed.data.data.id) };
  return {
    outcome: 'retry',
    reason: 'Pipedrive did not say what it wrote',
    maybeWritten: true,
    retryAfterSeconds: troubleSeconds,
  };
}
