import { automaticSigns, hintSigns } from './auto-reply.ts';
import { type Bounce, readBounces } from './bounce.ts';
import { fold } from './fold-words.ts';
import { isReplySubject } from './match-reply.ts';
import { wantsOptOut } from './opt-out.ts';
import { header, type InboundMail } from './parse-mail.ts';
import { replyParts } from './reply-text.ts';
import { returnDate } from './return-date.ts';

export interface InboundVerdict {
  /** `complaint`: a person pressed "spam" (RFC 5965). `unrelated`: newsletters, receipts and the like. */
  kind: 'own_copy' | 'bounce' | 'complaint' | 'auto_reply' | 'calendar' | 'human_reply' | 'unrelated';
  bounces: Bounce[];
  /** The day the absent person is back; null when the note does not say it for certain. */
  returnsOn: string | null;
  /** The words by which a person asks for no more mail; the kind is then `human_reply`. */
  optOut: string | null;
  /** What the verdict rests on, for the record of reasons. */
  evidence: string[];
}

/**
 * Says what a received mail is, in this order: own copy, bounce, complaint, calendar answer, automatic answer, person. When in
 * doubt it is a person, because a sequence must fall silent after a reply. `own.addresses` are lower-cased.
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
    optOut: null,
    evidence,
  });
  if (mail.from && own.addresses.has(mail.from.address)) return verdict('own_copy', `from ${mail.from.address}`);
  if (mail.headers['x-salesos-message'] && !mail.headers['x-failed-recipients'])
    return verdict('own_copy', 'carries our own X-SalesOS-Message');

  const bounces = readBounces(mail);
  if (bounces.length > 0) return { ...verdict('bounce', ...bounces.map(describe)), bounces };
  const feedback = feedbackType(mail);
  if (feedback !== null)
    // Not a person's word: reports on authentication (RFC 6591) and corrections.
    return verdict(
      /^(?:auth-failure|not-spam|dmarc)/.test(feedback) ? 'unrelated' : 'complaint',
      `feedback report: ${feedback}`,
    );
  const reportType = /report-type="?([\w-]{1,40})/i.exec(header(mail, 'content-type'))?.[1]?.toLowerCase();
  if (reportType === 'delivery-status' || reportType === 'disposition-notification')
    return verdict('unrelated', 'receipt');
  if (/^(?:REPLY|COUNTER|DECLINECOUNTER)$/i.test(mail.calendarMethod ?? ''))
    return verdict('calendar', `calendar ${mail.calendarMethod}`);

  const { text, quotes } = replyParts(mail);
  const request = wantsOptOut(text) ?? subjectOptOut(mail, text);
  if (request && /^(?:unsubscribe|opt-?out)/.test(fold(mail.subject.slice(0, 40)).trim()))
    return { ...verdict('human_reply', `asks for no more mail: ${request.words}`), optOut: request.words };
  const automatic = automaticSigns(mail, text, quotes);
  if (automatic.length > 0)
    return { ...verdict('auto_reply', ...automatic), returnsOn: returnDate(`${mail.subject}. ${text}`, receivedAt) };
  if (mail.calendarMethod || /calendarmessage/i.test(header(mail, 'content-class')))
    return verdict('calendar', `calendar ${mail.calendarMethod ?? 'message'}`);

  const answersSomething = mail.inReplyTo.length > 0 || mail.references.length > 0 || isReplySubject(mail.subject);
  if (!answersSomething && !request && (header(mail, 'list-id') !== '' || header(mail, 'list-unsubscribe') !== ''))
    return verdict('unrelated', 'mailing list');
  const asks = request ? [`asks for no more mail: ${request.words}`] : [];
  const answers = answersSomething ? ['answers a mail'] : [];
  return {
    ...verdict('human_reply', ...asks, ...answers, ...hintSigns(mail).map((sign) => `not decisive: ${sign}`)),
    optOut: request?.words ?? null,
  };
}

const describe = ({ class: kind, delayed, status, recipient }: Bounce) =>
  `${delayed ? 'delayed' : kind} ${status ?? 'without code'} for ${recipient ?? 'an unnamed recipient'}`;

/** The type of a feedback report (RFC 5965), or of Outlook.com's own, which has no machine part. */
function feedbackType(mail: InboundMail): string | null {
  const report = mail.reports.find((part) => part.mimeType === 'message/feedback-report');
  const isReport = /report-type="?feedback-report/i.test(header(mail, 'content-type'));
  if (report || isReport)
    return /^feedback-type\s*:\s*([\w-]{1,40})/im.exec(report?.text ?? mail.text ?? '')?.[1]?.toLowerCase() ?? 'abuse';
  const isOutlook =
    /^(?:staff@hotmail\.com|.{0,60}@(?:jmrp\.)?(?:hotmail|outlook|live)\.com)$/.test(mail.from?.address ?? '') &&
    /^complaint about message from/i.test(mail.subject.trim());
  return isOutlook ? 'abuse' : null;
}

/** The mail that a `List-Unsubscribe` button sends: the request stands in the subject. */
function subjectOptOut(mail: InboundMail, text: string): { words: string } | null {
  const isRequest =
    /^(?:unsubscribe|opt-?out|remove|stop|abmelden|abbestellen|desinscri\w*|desabonn\w*|baja|cancella\w*|uitschrijven|afmelden)\b.{0,120}$/.test(
      fold(mail.subject.slice(0, 200)).trim(),
    );
  const saysNothingElse = text.trim() === '' || /\bunsubscribe\b/i.test(text.slice(0, 500)) || text.length < 40;
  return isRequest && saysNothingElse ? { words: mail.subject.slice(0, 80) } : null;
}
