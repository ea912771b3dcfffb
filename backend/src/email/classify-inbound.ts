import { type Bounce, readBounces } from './bounce.ts';
import { fold } from './fold-words.ts';
import { isReplySubject } from './match-reply.ts';
import { header, type InboundMail } from './parse-mail.ts';
import { replyText } from './reply-text.ts';
import { returnDate } from './return-date.ts';

export interface InboundVerdict {
  /** `complaint`: a person pressed "spam" (RFC 5965). `unrelated`: newsletters, receipts and the like. */
  kind: 'own_copy' | 'bounce' | 'complaint' | 'auto_reply' | 'calendar' | 'human_reply' | 'unrelated';
  bounces: Bounce[];
  /** The day the absent person is back; null when the note does not say it for certain. */
  returnsOn: string | null;
  /** What the verdict rests on, for the record of reasons. */
  evidence: string[];
}

/** Subjects by which mail programs mark automatic answers, accents folded, at the very start (a person's "Re: …" is not one). */
const autoSubjects =
  /^(?:(?:\[?auto(?:matic)?[ -]?(?:reply|response|antwort)\]?)|out of (?:the )?office|on (?:annual|parental|maternity|paternity) leave|abwesenheits?|automatische antwort|reponse automatique|absence du bureau|message d'absence|respuesta automatica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta automatica|fora do escritorio|automatisch antwoord|afwezig|automatiskt svar|autosvar|automaattinen vastaus|automatyczna odpowiedz|otomatik yanit|自動応答|自動返信|自动回复|自動回覆|부재중)/;

/**
 * Says what a received mail is, in this order: own copy, bounce, complaint, automatic answer, calendar, person. When in doubt
 * it is a person, because a sequence must fall silent after a reply. `own.addresses` are lower-cased.
 */
export function classifyInbound(
  mail: InboundMail,
  own: { addresses: ReadonlySet<string> },
  receivedAt: Date,
): InboundVerdict {
  const verdict = (kind: InboundVerdict['kind'], ...evidence: string[]): InboundVerdict => ({
    kind,
    bounces: [],
    returnsOn: null,
    evidence,
  });
  if (mail.from && own.addresses.has(mail.from.address)) return verdict('own_copy', `from ${mail.from.address}`);

  const bounces = readBounces(mail);
  if (bounces.length > 0)
    return { ...verdict('bounce', ...bounces.map((one) => `${one.class} ${one.status ?? 'without code'}`)), bounces };
  const reportType = /report-type="?([\w-]{1,40})/i.exec(header(mail, 'content-type'))?.[1]?.toLowerCase();
  if (reportType === 'feedback-report' || mail.reports.some((part) => part.mimeType === 'message/feedback-report')) {
    return verdict('complaint', 'feedback report');
  }
  if (reportType === 'delivery-status' || reportType === 'disposition-notification')
    return verdict('unrelated', 'receipt');

  const automatic = automaticSigns(mail);
  if (automatic.length > 0) {
    return {
      ...verdict('auto_reply', ...automatic),
      returnsOn: returnDate(`${mail.subject}. ${replyText(mail)}`, receivedAt),
    };
  }
  if (mail.calendarMethod) return verdict('calendar', `calendar ${mail.calendarMethod}`);
  const answersSomething = mail.inReplyTo.length > 0 || mail.references.length > 0 || isReplySubject(mail.subject);
  if (!answersSomething && (header(mail, 'list-id') !== '' || header(mail, 'list-unsubscribe') !== '')) {
    return verdict('unrelated', 'mailing list');
  }
  return verdict('human_reply', ...weakSigns(mail));
}

function automaticSigns(mail: InboundMail): string[] {
  const signs: string[] = [];
  const submitted = header(mail, 'auto-submitted').trim().toLowerCase();
  if (submitted !== '' && !/^no\b/.test(submitted)) signs.push(`Auto-Submitted: ${submitted.slice(0, 60)}`);
  for (const name of ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply']) {
    if (mail.headers[name] && !/^no\b/i.test(header(mail, name))) signs.push(name);
  }
  if (/auto[_-]?reply/i.test(header(mail, 'precedence'))) signs.push('Precedence: auto_reply');
  const subject = fold(mail.subject.slice(0, 200)).normalize('NFC').trim();
  if (autoSubjects.test(subject)) signs.push('subject');
  return signs;
}

/** Signs that ordinary mail carries as well: noted, never decisive. */
function weakSigns(mail: InboundMail): string[] {
  const signs: string[] = [];
  if (mail.headers['x-auto-response-suppress']) signs.push('X-Auto-Response-Suppress');
  if (/bulk|list|junk/i.test(header(mail, 'precedence')))
    signs.push(`Precedence: ${header(mail, 'precedence').slice(0, 20)}`);
  if (/^(?:no-?reply|do-?not-?reply)@/.test(mail.from?.address ?? '')) signs.push('no-reply sender');
  return signs;
}
