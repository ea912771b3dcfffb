import { type BounceClass, bounceClass } from './bounce-class.ts';
import {
  addressesIn,
  type Notice,
  type NoticedRecipient,
  noticedRecipients,
  readNotice,
  telling,
} from './bounce-notice.ts';
import { bounceSigns, holdsReplyCode, saysDelayed, saysFailure } from './bounce-signs.ts';
import { readStatus, reportedAddress, type StatusBlock, type StatusReport } from './bounce-status.ts';
import { fold } from './fold-words.ts';
import { readFields } from './header-fields.ts';
import { header, type InboundMail, messageIds } from './parse-mail.ts';
import { htmlToQuotedText } from './reply-html.ts';

export interface Bounce {
  /** Lower-cased; null when the report does not say whose mailbox it was. */
  recipient: string | null;
  class: BounceClass;
  /** Still being tried: nothing has failed yet. Its class is `soft`. */
  delayed: boolean;
  /** Enhanced status code (RFC 3463), as in 5.1.1. */
  status: string | null;
  diagnostic: string;
  /** Ids of the mail that came back, with angle brackets. */
  originalMessageIds: string[];
  /** Our own X-SalesOS-Message token, when the returned headers hold it. */
  salesosMessage: string | null;
}

const longestHtml = 200_000;

/**
 * The failed or delayed recipients of a delivery report, empty when the mail is none. Recipient blocks are never merged
 * (RFC 3464 §2.3). Reports without a status part are read from X-Failed-Recipients and their words.
 */
export function readBounces(mail: InboundMail): Bounce[] {
  const signs = bounceSigns(mail);
  const isReport = /^multipart\/report\b.*report-type="?delivery-status/i.test(header(mail, 'content-type'));
  const status = mail.reports.filter((part) => part.mimeType.endsWith('delivery-status')).map((part) => part.text);
  const hasFailed = mail.headers['x-failed-recipients'] !== undefined;
  if (!isReport && !hasFailed && !signs.daemon && !signs.machine && !signs.subject) return [];
  const notice = readNotice(words(mail));
  if (status.length > 0 && (isReport || signs.daemon || signs.machine)) {
    const report = readStatus(status.join('\n\n'));
    if (report.blocks.length > 0) return fromStatus(mail, report.blocks, report.originalMessageId, notice);
    return fromWords(mail, notice);
  }
  if (hasFailed || isReport) return fromWords(mail, notice);
  const technical = /^\s*final-recipient\s*:/im.test(notice.text) ? readStatus(technicalPart(notice.text)) : null;
  const failing = saysFailure(notice.text);
  const coded = holdsReplyCode(notice.text);
  const isBounce = signs.daemon
    ? signs.subject || carriesMail(mail) || ((failing || coded) && !/^(?:re|aw|sv)\s?:/i.test(mail.subject))
    : signs.machine
      ? (failing || coded) && (signs.subject || (failing && carriesMail(mail)))
      : signs.subject && failing && isNobodysLetter(mail, notice);
  if (!isBounce) return [];
  const carried = technical ?? reportWithin(mail);
  return carried && carried.blocks.length > 0
    ? fromStatus(mail, carried.blocks, undefined, notice)
    : fromWords(mail, notice);
}

/** Gateways pass reports on as an attached mail. */
function reportWithin(mail: InboundMail): StatusReport | null {
  const within = mail.reports.find((part) => /^final-recipient\s*:/im.test(part.text));
  return within ? readStatus(technicalPart(within.text)) : null;
}

/** A machine that returns a mail with words of failure returns it because it failed. */
const carriesMail = (mail: InboundMail) =>
  mail.reports.some((part) => /rfc822/.test(part.mimeType)) && mail.inReplyTo.length === 0;

/** A notice from a server whose sender tells nothing: it returns the mail or its report, answers nothing and greets nobody. */
function isNobodysLetter(mail: InboundMail, notice: Notice): boolean {
  const returnsMail = carriesMail(mail) || 'message-id' in notice.returned || 'received' in notice.returned;
  const opening = fold(notice.text.slice(0, 200)).trim();
  return (
    returnsMail &&
    mail.inReplyTo.length + mail.references.length === 0 &&
    !/^(?:hi|hello|hey|dear|hallo|liebe|sehr|guten|bonjour|salut|hola|buen|ciao|ola|bom dia|beste|hej|fyi|>)\b|forwarded|^(?:from|von|de|da|van)\s?:/.test(
      opening,
    )
  );
}

function words(mail: InboundMail): string {
  const text = mail.text?.trim() ? mail.text : mail.html ? htmlToQuotedText(mail.html.slice(0, longestHtml)) : '';
  // Links stand for addresses in HTML notices.
  return text.replace(/ ?\(mailto:[^()\n]{1,200}\)|<mailto:[^<>\n]{1,200}>/gi, '');
}

/** Some servers write the status part into the text. */
const technicalPart = (text: string) =>
  text.slice(text.search(/^\s*(?:final|original)-recipient\s*:/im)).replace(/^ +/gm, '');

function fromStatus(mail: InboundMail, blocks: StatusBlock[], id: string | undefined, notice: Notice): Bounce[] {
  const original = originals(mail, notice, id);
  const to = returnedRecipients(mail, notice);
  const noticed = noticedRecipients(notice, ownAddresses(mail), to);
  const bounces = blocks
    .filter(({ action }) => action !== 'done')
    .map((block) => {
      const named = [block.originalRecipient, block.finalRecipient].map(reportedAddress).filter((one) => one !== null);
      const recipient =
        named.find((address) => to.includes(address)) ??
        named[0] ??
        withoutDomain(block, to) ??
        (blocks.length === 1 ? (noticed[0]?.recipient ?? (to.length === 1 ? to[0]! : null)) : null);
      const beside = wordsFor(recipient, noticed, notice, blocks.length);
      const status = bestStatus(block.status, block.diagnostic || beside);
      const delayed = block.action === 'delayed';
      return {
        recipient,
        class: delayed ? ('soft' as const) : classOf(status, block.diagnostic, beside),
        delayed,
        status,
        diagnostic: block.diagnostic || telling(beside),
        ...original,
      };
    });
  const told = new Set<string>();
  return bounces.filter(({ recipient, status, diagnostic }) => {
    const key = `${recipient} ${status} ${diagnostic}`;
    return !told.has(key) && told.add(key);
  });
}

/** The diagnostic decides; the words for people are asked where it says nothing. */
function classOf(status: string | null, diagnostic: string, beside: string): BounceClass {
  const vague = status === null || /\.0\.0$|^5\.(?:5|3|2)\.0$/.test(status);
  const said = bounceClass(status, diagnostic);
  return said === 'soft' && vague && !/^4\./.test(status ?? '') ? bounceClass(status, `${diagnostic} ${beside}`) : said;
}

function wordsFor(recipient: string | null, noticed: NoticedRecipient[], notice: Notice, blocks: number): string {
  const found = noticed.find((one) => one.recipient === recipient)?.diagnostic;
  return found ?? (blocks === 1 ? notice.text.slice(0, 2_000) : '');
}

/** `rfc822; dana` names somebody of the mail that came back. */
function withoutDomain(block: StatusBlock, to: readonly string[]): string | null {
  const local = block.finalRecipient.split(';').at(-1)!.trim().toLowerCase();
  return local === '' ? null : (to.find((address) => address.startsWith(`${local}@`)) ?? null);
}

function fromWords(mail: InboundMail, notice: Notice): Bounce[] {
  const failed = addressesIn(header(mail, 'x-failed-recipients'));
  const to = failed.length > 0 ? failed : returnedRecipients(mail, notice);
  const noticed = noticedRecipients(notice, ownAddresses(mail), to);
  const named = failed.length > 0 ? failed : noticed.map(({ recipient }) => recipient);
  const delayed = saysDelayed(mail.subject, notice.text);
  const original = originals(mail, notice, undefined);
  return (named.length > 0 ? named : [null]).map((recipient) => {
    const said = noticed.find((one) => one.recipient === recipient)?.diagnostic ?? notice.text.slice(0, 4_000);
    const status = bestStatus(null, said);
    return {
      recipient,
      class: delayed ? 'soft' : bounceClass(status, `${said} ${named.length === 1 ? mail.subject : ''}`),
      delayed,
      status,
      diagnostic: telling(said.replace(/\s+/g, ' ')),
      ...original,
    };
  });
}

/** The sender who is told; some servers name the failed recipient in X-Original-To, so that field is no help. */
function ownAddresses(mail: InboundMail): Set<string> {
  return new Set([...mail.to.map((person) => person.address), mail.from?.address ?? '']);
}

/** To whom the mail went that came back. */
function returnedRecipients(mail: InboundMail, notice: Notice): string[] {
  const parts = [...returnedParts(mail), notice.returned];
  return [...new Set(parts.flatMap((fields) => addressesIn(`${fields.to ?? ''} ${fields.cc ?? ''}`)))];
}

const returnedParts = (mail: InboundMail) =>
  mail.reports
    .filter((part) => !part.mimeType.endsWith('delivery-status'))
    .map((part) => readFields(part.text.trimStart().split(/\n[ \t]*\n/, 1)[0] ?? ''));

type ReturnedMail = Pick<Bounce, 'originalMessageIds' | 'salesosMessage'>;

function originals(mail: InboundMail, notice: Notice, named: string | undefined): ReturnedMail {
  const returned = returnedMail(mail, notice);
  const all = [
    ...returned.originalMessageIds,
    ...messageIds(named),
    ...mail.inReplyTo,
    ...[...mail.references].reverse(),
  ];
  return { ...returned, originalMessageIds: [...new Set(all)] };
}

/** The ids of the mail that a report (of a bounce or a complaint) carries with it, whole or as headers. */
export function returnedMail(mail: InboundMail, notice?: Notice): ReturnedMail {
  const returned = [...returnedParts(mail), ...(notice ? [notice.returned] : [])];
  return {
    originalMessageIds: returned.flatMap((fields) => [
      ...messageIds(fields['message-id']),
      ...messageIds(fields['x-google-original-message-id']),
    ]),
    salesosMessage: returned.map((fields) => fields['x-salesos-message']).find((value) => value !== undefined) ?? null,
  };
}

/** The report's own code, unless it is x.0.0 or x.1.0, which say next to nothing, and the words know better. */
function bestStatus(reported: string | null, diagnostic: string): string | null {
  if (reported !== null && !/\.[01]\.0$/.test(reported)) return reported;
  const codes = diagnostic.match(/(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/g) ?? [];
  return codes.find((code) => !/\.[01]\.0$/.test(code)) ?? reported ?? codes[0] ?? null;
}
