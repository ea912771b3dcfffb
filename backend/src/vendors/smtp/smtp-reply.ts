import type { SendResult } from '../../email/mailbox.ts';

const greylistSeconds = 300;
const quotaSeconds = 3600;
const noConnectionSeconds = 60;

/** What a failed attempt was, as the SMTP connection saw it. */
export interface SmtpFailureFacts {
  /** The server's reply, null when none came. */
  reply: { code: number; text: string } | null;
  /** nodemailer's own name for it, as EAUTH. */
  kind: string;
  message: string;
  /** How far it had come: `content` from the moment the mail itself began to leave. */
  stage: 'login' | 'envelope' | 'content';
}

/**
 * What a failure means (RFC 5321 4.2.1): a 4xx or 5xx reply is a plain no, also after the content; silence before the content is
 * a no as well; silence after it, or a reply that is none, leaves the outcome open.
 */
export function readFailure(failure: SmtpFailureFacts, now: Date): Exclude<SendResult, { outcome: 'sent' }> {
  const { reply, kind, message, stage } = failure;
  const code = reply?.code ?? 0;
  const text = reply ? oneLine(reply.text) : message;
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? (code ? String(code) : kind);
  if (kind === 'EAUTH' || code === 530 || code === 535) {
    if (code >= 400 && code < 500) return deferred(status, text, greylistSeconds, now);
    return { outcome: 'disconnected', reason: text };
  }
  if (code >= 400 && code < 500) return deferred(status, text, greylistSeconds, now);
  // 503 tells of a muddled session and not of the mail; 421 and its like were above.
  if (code >= 500 && code < 600 && code !== 503) {
    // A server that turns us away at the door has said nothing about the mail.
    if (stage === 'login' || isQuota(status, text)) return deferred(status, text, quotaSeconds, now);
    return { outcome: 'rejected', code: status, reason: text };
  }
  if (stage === 'content')
    return { outcome: 'unknown', reason: `the server did not say whether it took the mail: ${text}` };
  // Known before anything was sent: the address cannot be written, or the mail is larger than the server takes.
  if (kind === 'EENVELOPE' || kind === 'EMESSAGE') return { outcome: 'rejected', code: kind, reason: text };
  return deferred(kind || 'unreachable', text, noConnectionSeconds, now);
}

/** Sender's limits that some providers refuse with 5xx although they pass: the mail itself is good. */
const isQuota = (status: string, text: string): boolean =>
  status === '5.4.5' ||
  /\b(daily|hourly|sending|message|rate)\b[^.]{0,40}\b(limit|quota)\b|too many (messages|mails|emails)/i.test(text);

function deferred(
  code: string,
  reason: string,
  otherwise: number,
  now: Date,
): Exclude<SendResult, { outcome: 'sent' }> {
  return { outcome: 'deferred', code, reason, retryAfterSeconds: waitSeconds(reason, now) ?? otherwise };
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600 };
const longestWaitSeconds = 86_400;

/** Servers say how long in words: "try again in 5 minutes", "retry after 2026-11-23T09:10:00Z". Null when they do not. */
export function waitSeconds(text: string, now: Date): number | null {
  const span = /\b(?:in|after|for)\s+(\d{1,6})\s*(s|m|h)(?:ec|in|our|r)?/i.exec(text);
  const moment = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/.exec(text);
  const seconds = span
    ? Number(span[1]) * (unitSeconds[span[2]!.toLowerCase()] ?? 1)
    : moment
      ? Math.ceil((Date.parse(moment[0]) - now.getTime()) / 1000)
      : null;
  return seconds !== null && seconds > 0 ? Math.min(seconds, longestWaitSeconds) : null;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 500);
